const copyOf = (template) => document.getElementById(template).content.cloneNode(true).firstElementChild;

// The place of an answer, and what is written there.
export function place(side, title) {
  const card = copyOf(`answer-${side}`);
  const part = (name) => card.querySelector(`[data-part="${name}"]`);
  const calls = new Map();
  part("title").textContent = title;
  document.getElementById("answers").append(card);
  const append = (name, text) => {
    part(name).append(text);
    part(name).normalize();
    part(name).hidden = false;
  };
  return {
    title,
    append,
    set: (name, text) => { part(name).textContent = text; },
    note(name, text) {
      part(name).hidden = !text;
      part(name).querySelector("code").textContent = text ?? "";
    },
    think(text) {
      part("thinking").hidden = false;
      append("reasoning", text);
    },
    call({ at, name, text }) {
      if (!calls.has(at)) {
        const view = copyOf("call");
        calls.set(at, view);
        view.querySelector("pre").ariaLabel = `Answer ${side}, call ${calls.size}`;
        part("calls").append(view);
      }
      calls.get(at).querySelector("summary code").append(name ?? "");
      calls.get(at).querySelector("pre code").append(text ?? "");
    },
    fail(message) {
      part("error").textContent = message;
      part("error").hidden = false;
    },
  };
}
