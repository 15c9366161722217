// The source beside the chat: following links, keys, and where the focus goes.

const pane = document.getElementById("t2-source-pane");
const slidesOver = matchMedia("(max-width: 900px)");
const shownSource = () => element.querySelector(".t2-source");
const linksTo = (href) => [...document.querySelectorAll(`a[href="${href}"]`)];

pane?.setAttribute("role", "region");
pane?.setAttribute("aria-labelledby", "t2-counter");
for (const name of ["t2-counter", "t2-hits"]) {
  document.getElementById(name)?.setAttribute("aria-live", "polite");
}

// What was asked for and is not shown yet, and the link the source was opened from.
let awaited = null;
let opener = null;
let goingBack = false;

// One request at a time: Gradio would drop what is asked for meanwhile. The last one counts.
let sent = -Infinity;
let again = false;
const send = () => {
  sent = performance.now();
  again = false;
  trigger("select", { href: awaited });
};
const open = (href, link = null) => {
  awaited = href;
  opener = link ?? linksTo(href)[0] ?? opener;
  if (performance.now() - sent < 2000) again = true;
  else send();
};

const scrollTo = (target) => {
  const excerpt = element.querySelector(".t2-excerpt");
  if (!excerpt || !target) return;
  const distance = target.getBoundingClientRect().top - excerpt.getBoundingClientRect().top;
  excerpt.scrollTop += distance - excerpt.clientHeight / 3;
};

// Links into the conversation stand in the chat and in the list of passages: follow them here.
// Links of the source itself lead to places of the document, perhaps not on the page yet.
document.addEventListener("click", (event) => {
  if (!element.isConnected) return;
  const link = event.target.closest?.('a[href^="#cite-"], a[href^="#look-"], a[href^="#seen-"]');
  const heading = event.target.closest?.('a[href^="#at-"]');
  const further = event.target.closest?.(".t2-further");
  if (link) {
    event.preventDefault();
    open(link.getAttribute("href"), link);
  } else if (heading) {
    event.preventDefault();
    const href = heading.getAttribute("href");
    const target = element.querySelector(`[data-at="${href.slice("#at-".length)}"]`);
    heading.closest("details").open = false;
    if (target) scrollTo(target);
    else trigger("select", { href });
    element.querySelector(".t2-excerpt")?.focus({ preventScroll: true });
  } else if (further) {
    trigger("select", { href: further.dataset.href });
  } else if (event.target.closest?.("#t2-close")) {
    goingBack = true;
  }
});

// A source is shown: bring its words into view and show which link it belongs to. The focus goes
// along where the source covers the chat, or where what had it is no longer there.
let wasOpen = false;
let inside = false;
document.addEventListener("focusin", (event) => { inside = element.contains(event.target); });
watch("value", () => {
  const shown = shownSource();
  const focused = document.activeElement;
  sent = -Infinity;
  if (again) send();
  else if (!shown || shown.dataset.href === awaited) awaited = null;
  for (const link of document.querySelectorAll("a.t2-open")) link.classList.remove("t2-open");
  if (shown) {
    const excerpt = shown.querySelector(".t2-excerpt");
    scrollTo(shown.querySelector("[data-here]")
      ?? shown.querySelector(".t2-hit-now") ?? shown.querySelector("mark"));
    const own = linksTo(shown.dataset.href || "#");
    for (const link of own) link.classList.add("t2-open");
    if (own.length && !own.some((link) => link === opener)) opener = own[0];
    own.find((link) => link.closest("#t2-chat"))?.scrollIntoView({ block: "nearest" });
    const lost = inside && !focused?.isConnected || inside && focused === document.body;
    const covers = slidesOver.matches && !wasOpen;
    if (lost || covers) excerpt?.focus({ preventScroll: true });
  } else if (wasOpen && goingBack) {
    const link = opener?.isConnected ? opener : linksTo(opener?.getAttribute("href") ?? "#")[0];
    link?.focus();
  }
  if (!shown) opener = null;
  goingBack = false;
  wasOpen = shown !== null;
});

// j and k go from citation to citation, through all answers; the newest comes first.
const cited = () => {
  const hrefs = [...document.querySelectorAll('#t2-chat a[href^="#cite-"]')]
    .map((link) => link.getAttribute("href"));
  const place = (href) => href.split("-").slice(1).map(Number);
  return [...new Set(hrefs)].sort((one, other) => {
    const [[turn, number], [otherTurn, otherNumber]] = [place(one), place(other)];
    return turn - otherTurn || number - otherNumber;
  });
};
const step = (by) => {
  const hrefs = cited();
  const at = hrefs.indexOf(awaited ?? shownSource()?.dataset.href);
  if (at >= 0) return hrefs[at + by];
  const newest = hrefs.at(-1)?.split("-")[1];
  return by < 0 ? hrefs.at(-1) : hrefs.find((href) => href.split("-")[1] === newest);
};

// Esc leaves the search, then closes the source. Gradio takes Enter with Shift for a new line.
document.addEventListener("keydown", (event) => {
  if (!event.shiftKey || event.key !== "Enter" || !event.target.closest?.("#t2-find")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  document.getElementById("t2-hit-before")?.click();
}, true);
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || help()?.open) return;
  if (event.key === "Escape" && shownSource() && !event.target.closest?.("#t2-chat textarea")) {
    if (event.target.closest?.("#t2-find")) {
      element.querySelector(".t2-excerpt")?.focus({ preventScroll: true });
    } else {
      document.getElementById("t2-close")?.click();
    }
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typingIn(event.target)) return;
  if (!["j", "k"].includes(event.key)) return;
  if (!document.getElementById("t2-chat")?.checkVisibility()) return;
  const href = step(event.key === "j" ? 1 : -1);
  if (href) open(href);
});
