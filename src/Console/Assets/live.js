// Brings the part #live of a page up to date every five seconds, by asking for the page again: not while nobody sees
// it, nor once it is paused. It starts paused for people who prefer less motion.
const period = 5000;
const button = document.querySelector("button[data-live]");
const stale = document.querySelector("[data-stale]");
let isPaused = matchMedia("(prefers-reduced-motion: reduce)").matches;
let timer;

function warn(text) {
  stale.textContent = text && `${text} These are the last figures that came.`;
  stale.hidden = !text;
}

async function refresh() {
  try {
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("live");
    if (fresh) {
      document.getElementById("live").replaceWith(fresh);
      fresh.dispatchEvent(new CustomEvent("shown", { bubbles: true }));
    } else if (answer.redirected) {
      // The session has ended.
      location.reload();
    }
    warn(fresh ? "" : "The page cannot be renewed.");
  } catch {
    warn("No node answers.");
  }
  schedule(period);
}

function schedule(wait) {
  clearTimeout(timer);
  button.textContent = isPaused ? "Update by itself" : "Pause";
  if (!isPaused && !document.hidden)
    timer = setTimeout(refresh, wait);
}

button.addEventListener("click", () => {
  isPaused = !isPaused;
  schedule(0);
});
document.addEventListener("visibilitychange", () => schedule(0));
button.hidden = false;
schedule(period);
