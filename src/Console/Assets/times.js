// Shows times in the reader's zone; the UTC time stays on hover.
const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

function show(part) {
  for (const time of part.querySelectorAll("time[datetime]"))
    time.textContent = format.format(new Date(time.dateTime));
}

show(document);
document.addEventListener("shown", (event) => show(event.target));
