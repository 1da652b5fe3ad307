// Sends a message to one version or two at once, and shows the answers as they come. Without it, the form is sent, and
// the page shows the answers when they are whole.
const form = document.getElementById("try");
// Awaited where they are needed, so that nothing is clicked before this script listens.
const modules = Promise.all([import(form.dataset.answers), import(form.dataset.dialects)]).catch(() => null);
const answers = document.getElementById("answers");
const status = document.getElementById("try-status");
const stop = document.getElementById("stop");
const buttonOf = (action) => form.querySelector(`button[value="${action}"]`);
const send = buttonOf("send");
let running = null;
let choosing = null;
let isPlain = false;

// What fails is shown to everybody, the rest is told to screen readers only: others see it.
const say = (text, hasFailed = false) => {
  status.className = hasFailed ? "notice warn" : "sr";
  status.textContent = text;
};
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(2)} s`;

// The events of a stream, each as the text of its data.
async function* eventsIn(response, keep) {
  let rest = "";
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      keep(part.value);
      const blocks = (rest + part.value).split(/\r?\n\r?\n|\r\r/);
      rest = blocks.pop();
      for (const block of blocks) {
        const data = block.split(/\r\n|\r|\n/).filter((line) => line.startsWith("data:"))
          .map((line) => line.slice(5).trimStart()).join("\n");
        if (data && data !== "[DONE]")
          yield JSON.parse(data);
      }
    }
  } finally {
    // Nobody reads on after an error.
    await reader.cancel().catch(() => {});
  }
}

async function wholeOf(response, keep) {
  const whole = await response.json();
  keep(JSON.stringify(whole, null, 2));
  return whole;
}

// What was refused, or how the upstream failed.
async function fail(response, view) {
  const text = await response.text();
  let error = null;
  try {
    error = JSON.parse(text).error;
    view.note("raw", JSON.stringify(JSON.parse(text), null, 2));
  } catch (failure) {
    if (!(failure instanceof SyntaxError))
      throw failure;
    view.note("raw", text);
  }
  const message = error?.message ?? (typeof error === "string" ? error : null)
    ?? `The upstream answered with the status ${response.status}.`;
  if (response.status === 401 || (response.status === 403 && error?.metadata?.reason === "forbidden")) {
    const ended = document.getElementById("ended");
    ended.querySelector("p").textContent = `${message} What you typed stays.`;
    ended.hidden = false;
  } else if (error?.metadata?.reason === "no_upstream") {
    form.requestSubmit(buttonOf("show"));
  }
  throw new Error(message);
}

async function ask(version, view, { read, eventsOf }, signal) {
  const began = performance.now();
  view.set("state", "waiting");
  const fields = new URLSearchParams(new FormData(form));
  fields.set("version", version);
  fields.delete("with");
  let raw = "";
  let hasBegun = false;
  let state = "failed";
  try {
    const response = await fetch(form.dataset.stream, { method: "POST", body: fields, signal });
    state = `${response.status}`;
    view.set("state", `${state} · streaming`);
    view.note("dropped", response.headers.get("X-Preset-Dropped"));
    view.note("unfilled", response.headers.get("X-Preset-Unfilled"));
    if (!response.ok)
      await fail(response, view);
    const kind = response.headers.get("X-Preset-Body");
    const keep = (text) => { raw += text; };
    const events = response.headers.get("Content-Type")?.startsWith("text/event-stream")
      ? eventsIn(response, keep)
      : eventsOf[kind](await wholeOf(response, keep));
    for await (const event of events) {
      const said = read[kind](event);
      if (said.text)
        view.append("text", said.text);
      if (said.reasoning)
        view.think(said.reasoning);
      said.calls?.forEach(view.call);
      if (!hasBegun && (said.text || said.reasoning || said.calls?.length)) {
        hasBegun = true;
        view.set("first", seconds(began));
      }
      for (const name of ["finish", "input", "output"])
        if (said[name] != null)
          view.set(name, said[name].toLocaleString("en"));
      if (said.error)
        throw new Error(said.error.message ?? "The upstream failed.");
    }
    return `${view.title} has answered.`;
  } catch (failure) {
    if (signal.aborted) {
      state = "stopped";
      return `${view.title} was stopped.`;
    }
    // The texts of the browser's own failures help nobody.
    view.fail(failure instanceof TypeError ? "The connection broke off, in the middle of the answer or before it."
      : failure instanceof SyntaxError ? "The upstream's answer cannot be read as JSON."
      : failure.message);
    return `${view.title} failed.`;
  } finally {
    view.set("state", state);
    view.set("total", seconds(began));
    if (raw)
      view.note("raw", raw);
  }
}

function setRunning(isRunning) {
  const leaves = isRunning ? send : stop;
  const comes = isRunning ? stop : send;
  const hadFocus = document.activeElement === leaves;
  comes.hidden = false;
  if (hadFocus)
    comes.focus();
  leaves.hidden = true;
}

async function run() {
  running = new AbortController();
  setRunning(true);
  document.getElementById("ended").hidden = true;
  const chosen = [form.elements.version, form.elements.with].filter((field) => field.value);
  answers.replaceChildren();
  answers.classList.toggle("two", chosen.length > 1);
  say("Waiting for the answer.");
  const { signal } = running;
  try {
    const loaded = await modules;
    if (!loaded) {
      say("This page could not load what shows answers as they come. They come when they are whole.", true);
      isPlain = !signal.aborted;
      return;
    }
    const [{ place }, dialects] = loaded;
    const views = chosen.map((field, index) => (
      place(index + 1, field.selectedOptions?.[0].textContent.trim() ?? `v${field.value}`)));
    const ends = await Promise.all(chosen.map((field, index) => ask(field.value, views[index], dialects, signal)));
    say(ends.join(" "));
  } finally {
    running = null;
    setRunning(false);
  }
}

// The address and the variables are those of the versions that were chosen last.
async function choose() {
  choosing?.abort();
  choosing = new AbortController();
  const { signal } = choosing;
  const url = new URL(form.action);
  for (const name of ["version", "with"]) {
    url.searchParams.set(name, form.elements[name].value);
    if (!form.elements[name].value)
      url.searchParams.delete(name);
  }
  form.action = url;
  history.replaceState(null, "", url);
  const text = await fetch(url, { signal }).then((response) => response.text()).catch(() => "");
  if (signal.aborted)
    return;
  const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("variables");
  if (!fresh) {
    say("The variables of this version could not be loaded. Reload the page.", true);
    return;
  }
  if (status.className !== "sr")
    say("");
  for (const input of fresh.querySelectorAll("input"))
    input.value = form.elements[input.name]?.value ?? "";
  document.getElementById("variables").replaceWith(fresh);
}

form.addEventListener("submit", (event) => {
  if (event.submitter !== send || !send || isPlain)
    return;
  event.preventDefault();
  if (!running)
    void run().then(() => isPlain && form.requestSubmit(send));
});
form.addEventListener("change", (event) => {
  if (["version", "with"].includes(event.target.name))
    void choose();
});
form.elements.message.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
    form.requestSubmit(send ?? buttonOf("show"));
});
stop?.addEventListener("click", () => running?.abort());
