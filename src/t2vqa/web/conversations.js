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
  const list = element.querySelector("[data-toggle]");
  const address = new URL(location.href);
  if (list.dataset.opened) address.searchParams.set("c", list.dataset.opened);
  else if (list.dataset.opened === "") address.searchParams.delete("c");
  if (address.href !== location.href) history.replaceState(history.state, "", address);
  toggle()?.setAttribute("aria-label", list.dataset.toggle);
  toggle()?.setAttribute("aria-expanded", String(isOpen()));
};
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

// A verdict that was chosen is told by its weight alone: say it to who cannot see that.
let looking = false;
const tellVerdicts = () => {
  looking = false;
  for (const button of document.querySelectorAll("#t2-chat .extra-feedback-option")) {
    const pressed = String(button.style.fontWeight === "bold");
    if (button.getAttribute("aria-pressed") !== pressed) button.setAttribute("aria-pressed", pressed);
  }
};
new MutationObserver(() => {
  if (!looking) requestAnimationFrame(tellVerdicts);
  looking = true;
}).observe(document.body, { childList: true, subtree: true, attributeFilter: ["style"] });
