// What `page.py` notes in the page, in milliseconds since it was asked for.
window.noted = { longTasks: [] };
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.noted.longTasks.push(task.duration);
}).observe({ type: "longtask", buffered: true });
new PerformanceObserver((list) => {
  for (const paint of list.getEntries()) {
    if (paint.name === "first-contentful-paint") window.noted.paint = paint.startTime;
  }
}).observe({ type: "paint", buffered: true });

const rows = () => document.querySelectorAll("#t2-chat .bot-row");
let before = null;
addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.closest?.("#t2-question")) return;
  before = rows().length;
  window.noted.words = null;
  window.noted.asked = performance.now();
}, true);
new MutationObserver(() => {
  const noted = window.noted, now = performance.now();
  if (!noted.field && document.querySelector("#t2-question textarea")) noted.field = now;
  if (!noted.usable && noted.field && document.querySelector("#t2-status .t2-status")) {
    noted.usable = now;
  }
  if (!noted.answers && document.querySelector("#t2-chat .bot-row .t2-answer")) noted.answers = now;
  if (before === null) return;
  const shown = rows();
  if (shown.length > before && shown[shown.length - 1].querySelector(".t2-answer")?.textContent) {
    noted.words = now - noted.asked;
    before = null;
  }
}).observe(document, { childList: true, subtree: true });
