// Runs once, when the source pane is on the page: `element` is the pane; it, `trigger` and `watch`
// are Gradio's.

// Links into the conversation stand in the chat and in the list of passages: follow them here.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#cite-"], a[href^="#look-"]');
  if (!link || !element.isConnected) return;
  event.preventDefault();
  trigger("select", { href: link.getAttribute("href") });
});

// News of the documents can be closed.
document.addEventListener("click", (event) => {
  const news = event.target.closest?.(".t2-dismiss")?.closest(".t2-news");
  if (news) news.hidden = true;
});

// A new source is shown: bring its cited words into view and show which link it belongs to.
watch("value", () => {
  const shown = element.querySelector(".t2-source");
  for (const link of document.querySelectorAll("a.t2-open")) link.classList.remove("t2-open");
  if (!shown) return;
  const excerpt = shown.querySelector(".t2-excerpt");
  const mark = shown.querySelector("mark");
  if (excerpt && mark) {
    const distance = mark.getBoundingClientRect().top - excerpt.getBoundingClientRect().top;
    excerpt.scrollTop += distance - excerpt.clientHeight / 3;
  }
  for (const link of document.querySelectorAll(`a[href="${shown.dataset.href}"]`)) {
    link.classList.add("t2-open");
  }
});

// A new question goes to the top of the chat, so that its answer is read from its beginning.
let asked = 0;
new MutationObserver(() => {
  const questions = document.querySelectorAll("#t2-chat .user-row");
  if (questions.length > asked) questions[questions.length - 1].scrollIntoView({ block: "start" });
  asked = questions.length;
}).observe(document.body, { childList: true, subtree: true });
