// Shows times in the reader's zone; the UTC time stays on hover.
const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
for (const time of document.querySelectorAll("time[datetime]"))
  time.textContent = format.format(new Date(time.dateTime));
