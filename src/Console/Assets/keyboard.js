// "/" searches, "g" and a letter goes to a page, "?" shows help.
const help = document.getElementById("help");
let isGoing = false;

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey)
    return;
  if (isGoing) {
    isGoing = false;
    document.querySelector(`a[data-go="${CSS.escape(event.key)}"]`)?.click();
  } else if (event.key === "g") {
    isGoing = true;
    setTimeout(() => { isGoing = false; }, 1500);
  } else if (event.key === "?") {
    help.showModal();
  } else if (event.key === "/") {
    event.preventDefault();
    const search = document.querySelector("input[data-search]");
    if (search)
      search.focus();
    else
      document.querySelector("a[data-go=p]")?.click();
  }
});
