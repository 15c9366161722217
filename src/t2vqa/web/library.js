// Runs once, when the table of documents is on the page: `element` holds it; `trigger` is Gradio's.
const rowBoxes = () => [...element.querySelectorAll("tbody input[type=checkbox]")];
const allBox = () => element.querySelector(".t2-all");
const showAll = () => {
  const boxes = rowBoxes(), checked = boxes.filter((box) => box.checked).length;
  if (!allBox()) return;
  allBox().checked = boxes.length > 0 && checked === boxes.length;
  allBox().indeterminate = checked > 0 && checked < boxes.length;
};

element.addEventListener("click", (event) => {
  const acting = event.target.closest?.("[data-open], [data-sort], [data-page]");
  if (!acting) return;
  event.preventDefault();
  trigger("select", { ...acting.dataset });
});

// The whole page's choice is sent each time, so that none is lost where several follow fast.
element.addEventListener("change", (event) => {
  if (event.target.matches(".t2-all")) {
    for (const box of rowBoxes()) box.checked = event.target.checked;
  }
  showAll();
  const keys = (wanted) => rowBoxes().filter((box) => box.checked === wanted).map((box) => box.value);
  trigger("input", { checked: keys(true), unchecked: keys(false) });
});

// What is new in the table is put into the rows that are there, which keep their boxes as they were.
watch("value", () => {
  for (const box of rowBoxes()) box.checked = box.hasAttribute("checked");
  showAll();
});
