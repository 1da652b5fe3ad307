// Ctrl-K or Cmd-K goes to a page, to what can be done to the preset that is shown, or to a preset, which the server
// finds. A combobox with a list, as in the ARIA authoring guide: the input keeps the focus, an option is selected.
const dialog = document.getElementById("palette");
const input = document.getElementById("palette-input");
const list = document.getElementById("palette-list");
const status = document.getElementById("palette-status");
const gestures = document.querySelector("template[data-commands]")?.content;
const commands = [
  ...commandsOf("this preset", gestures?.querySelectorAll("a") ?? []),
  ...commandsOf("this preset", document.querySelectorAll(".tabs a")),
  ...commandsOf("page", document.querySelectorAll(".bar nav a")),
  { title: "Keyboard shortcuts", kind: "help" },
];

let options = [];
let selected = 0;
let presets = [];
let answered = null;
let isWaiting = false;
let timer;
let request;

function commandsOf(kind, links) {
  return [...links].map((link) => (
    { title: link.textContent.trim().replace(/\s+/g, " "), kind, url: link.getAttribute("href") }));
}

function open() {
  for (const other of document.querySelectorAll("dialog[open]"))
    other.close();
  input.value = "";
  presets = [];
  dialog.showModal();
  search(0);
}

function go(option) {
  if (option.url) {
    location.assign(option.url);
    return;
  }
  dialog.close();
  document.getElementById("help").showModal();
}

function search(delay) {
  clearTimeout(timer);
  request?.abort();
  isWaiting = false;
  answered = null;
  show(0);
  timer = setTimeout(ask, delay, input.value.trim());
}

async function ask(text) {
  request = new AbortController();
  const url = new URL(dialog.dataset.search, location.href);
  url.searchParams.set("q", text);
  try {
    const answer = await fetch(url, { signal: request.signal, redirect: "manual" });
    // Without a session, the page asks for a key.
    if (answer.type === "opaqueredirect") {
      location.reload();
      return;
    }
    answered = answer.ok ? await answer.json() : { total: 0, presets: [] };
  } catch (error) {
    if (error.name !== "AbortError")
      status.textContent = "The service does not answer.";
    return;
  }
  presets = answered.presets.map((each) => (
    { title: each.name, detail: each.slug === each.name ? "" : each.slug, kind: "preset", url: each.url }));
  if (answered.total > presets.length) {
    const all = new URL(dialog.dataset.all, location.href);
    all.searchParams.set("q", text);
    presets.push({ title: `All ${answered.total} presets`, detail: text, kind: "search", url: all.href });
  }
  show(selected, selected > 0 ? options[selected] : null);
  if (isWaiting && options.length > 0)
    go(options[0]);
}

// What is found so far: commands at once, presets when the server has answered. What somebody has chosen already stays
// selected.
function show(index, chosen) {
  const words = input.value.toLowerCase().split(/\s+/);
  const isLike = ({ title, detail = "" }) =>
    words.every((word) => `${title} ${detail}`.toLowerCase().includes(word));
  options = [...commands.filter(isLike), ...(answered ? presets : presets.filter(isLike))];
  list.replaceChildren(...options.map(itemOf));
  list.hidden = options.length === 0;
  list.setAttribute("aria-busy", String(!answered));
  input.setAttribute("aria-expanded", String(options.length > 0));
  const place = chosen ? options.findIndex(({ title, url }) => title === chosen.title && url === chosen.url) : -1;
  select(Math.min(place < 0 ? index : place, options.length - 1));
  status.textContent = options.length > 0 ? `${options.length} found`
    : answered ? "Nothing is called like that." : "Searching …";
}

function itemOf(option, index) {
  const item = document.createElement("li");
  item.id = `palette-option-${index}`;
  item.setAttribute("role", "option");
  for (const [name, text] of [["name", option.title], ["of", option.detail], ["kind", option.kind]]) {
    const part = document.createElement("span");
    part.className = name;
    part.dir = "auto";
    part.textContent = text ?? "";
    item.append(part);
  }
  item.addEventListener("click", () => go(option));
  return item;
}

function select(index) {
  selected = Math.max(index, 0);
  for (const [place, item] of [...list.children].entries())
    item.setAttribute("aria-selected", String(place === index));
  list.children[index]?.scrollIntoView({ block: "nearest" });
  if (index < 0)
    input.removeAttribute("aria-activedescendant");
  else
    input.setAttribute("aria-activedescendant", `palette-option-${index}`);
}

if (dialog) {
  const button = document.querySelector("button[data-palette]");
  button.hidden = false;
  document.querySelector("a[data-palette]").hidden = true;
  button.addEventListener("click", open);
  input.addEventListener("input", () => search(150));
  // Closing it cancels an Enter that still waits for the answer.
  dialog.addEventListener("close", () => { isWaiting = false; });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing)
      return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && options.length > 0) {
      event.preventDefault();
      select((selected + step + options.length) % options.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (options.length > 0)
        go(options[selected]);
      else
        isWaiting = !answered;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k")
      return;
    event.preventDefault();
    if (dialog.open)
      dialog.close();
    else
      open();
  });
}
