// Runs once, when the list of conversations is on the page: `element` is the list; it, `trigger`
// and `watch` are Gradio's.

const sidebar = () => element.closest(".sidebar");
const toggle = () => sidebar()?.querySelector(".toggle-button");
const isOpen = () => sidebar()?.classList.contains("open");
const WIDE = 1200;
const KEPT = "t2vqa-conversations";

// A conversation opens in this page, unless a new tab or window is asked for.
element.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-conversation]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  trigger("select", { conversation: link.dataset.conversation });
  if (innerWidth < WIDE && isOpen()) toggle().click();
});

// The address names the conversation that is open; the button is named as the page speaks.
const follow = () => {
  const list = element.querySelector("[data-opened]");
  if (!list) return;
  const address = new URL(location.href);
  if (list.dataset.opened) address.searchParams.set("c", list.dataset.opened);
  else if (arrived) address.searchParams.delete("c");
  arrived = true;
  if (address.href !== location.href) history.replaceState(history.state, "", address);
  toggle()?.setAttribute("aria-label", list.dataset.toggle);
  toggle()?.setAttribute("aria-expanded", String(isOpen()));
};
let arrived = false;
watch("value", follow);
follow();

// On a wide screen the list is open at first; a person's own choice is kept.
const choice = localStorage.getItem(KEPT);
if (innerWidth >= WIDE && choice !== "closed" && !isOpen()) toggle()?.click();
toggle()?.addEventListener("click", () => {
  requestAnimationFrame(() => {
    if (innerWidth >= WIDE) localStorage.setItem(KEPT, isOpen() ? "open" : "closed");
    toggle().setAttribute("aria-expanded", String(isOpen()));
  });
});
