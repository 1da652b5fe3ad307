// "/" searches, "g" and a letter goes to a page, "?" shows help. People who dictate can turn these keys off.
const help = document.getElementById("help");
const isOn = document.getElementById("shortcuts");
const keys = help.querySelector("dl");
let isGoing = false;

for (const link of document.querySelectorAll("a[data-go]")) {
  const line = document.createElement("div");
  line.innerHTML = "<dt><kbd>g</kbd> <kbd></kbd></dt><dd></dd>";
  line.querySelector("kbd + kbd").textContent = link.dataset.go;
  line.querySelector("dd").textContent = link.textContent.trim();
  keys.append(line);
}

isOn.checked = localStorage.getItem("presets.shortcuts") !== "off";
isOn.addEventListener("change", () => {
  localStorage.setItem("presets.shortcuts", isOn.checked ? "on" : "off");
});

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable], dialog");
  if (!isOn.checked || isTyping || event.ctrlKey || event.metaKey || event.altKey)
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
