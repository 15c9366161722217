// Runs once, when the source pane is on the page: `element` is the pane; it, `trigger` and `watch`
// are Gradio's.

// News of the documents can be closed.
document.addEventListener("click", (event) => {
  const news = event.target.closest?.(".t2-dismiss")?.closest(".t2-news");
  if (news) news.hidden = true;
});

// A new question goes to the top of the chat, so that its answer is read from its beginning.
let asked = 0;
new MutationObserver(() => {
  const questions = document.querySelectorAll("#t2-chat .user-row");
  if (questions.length > asked) questions[questions.length - 1].scrollIntoView({ block: "start" });
  asked = questions.length;
}).observe(document.body, { childList: true, subtree: true });

// The settings open over the page and close again.
const settings = () => document.getElementById("t2-settings");
const settingsButton = () => document.getElementById("t2-open-settings");
const settingsOpen = () => settings()?.classList.contains("t2-open");
const openSettings = (open) => {
  settings()?.classList.toggle("t2-open", open);
  settingsButton()?.setAttribute("aria-expanded", String(open));
  if (open) settings()?.querySelector("input:checked, input")?.focus();
};
document.addEventListener("t2-settings", () => openSettings(!settingsOpen()));
document.addEventListener("click", (event) => {
  const outside = !event.target.closest?.("#t2-settings, #t2-open-settings");
  if (outside && settingsOpen()) openSettings(false);
});

// Light or dark, as the system unless a person has chosen.
const system = matchMedia("(prefers-color-scheme: dark)");
let theme = "auto";
const paint = () => {
  document.body.classList.toggle("dark", theme === "dark" || (theme === "auto" && system.matches));
};
document.addEventListener("t2-theme", (event) => { theme = event.detail; paint(); });
system.addEventListener("change", paint);

// Gradio calls the examples a list, without calling its children items: they are a group of buttons.
new MutationObserver(() => {
  document.querySelector("#t2-chat .examples[role=list]")?.setAttribute("role", "group");
}).observe(document.body, { childList: true, subtree: true });

// A question is edited as it was typed: the chat holds it as HTML.
new MutationObserver(() => {
  const typed = document.querySelector("#t2-chat .user textarea:not([data-t2])");
  if (!typed) return;
  typed.dataset.t2 = "";
  const holder = document.createElement("div");
  holder.innerHTML = typed.value.replaceAll("<br>", "\n");
  typed.value = (holder.querySelector(".t2-question") ?? holder).textContent;
  typed.dispatchEvent(new Event("input", { bubbles: true }));
}).observe(document.body, { childList: true, subtree: true });

// Keys, outside of fields for text.
const typingIn = (target) => target.closest?.(
  "input:not([type=radio], [type=checkbox]), textarea, [contenteditable=true]"
);
const help = () => document.querySelector("#t2-help dialog");
document.addEventListener("click", (event) => {
  if (event.target.closest?.(".t2-help-close")) help()?.close();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && settingsOpen()) {
    event.preventDefault();
    openSettings(false);
    settingsButton()?.focus();
  }
  if (typingIn(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    event.preventDefault();
    document.querySelector("#t2-question textarea")?.focus();
  } else if (event.key === "?" && !help()?.open) {
    help()?.showModal();
  }
});
