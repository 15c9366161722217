// A small card beside a citation that the pointer or the focus rests on: what its title says, as
// text. Not by touch, where the source itself opens.

const card = document.createElement("div");
card.id = "t2-card";
card.setAttribute("role", "tooltip");
card.hidden = true;
(document.querySelector(".gradio-container") ?? document.body).append(card);

let carried = null; // the link the card belongs to, or will
let said = ""; // its title, which the browser would show too
let waiting = 0;

const leave = () => {
  clearTimeout(waiting);
  if (carried) {
    carried.title = said;
    carried.removeAttribute("aria-describedby");
  }
  carried = null;
  card.hidden = true;
};

const fill = () => {
  const [name, where, ...quote] = said.split("\n");
  const lines = { name, where, quote: quote.join(" ") };
  card.replaceChildren(...Object.entries(lines).filter(([, text]) => text).map(([kind, text]) => {
    const line = document.createElement("p");
    line.className = `t2-card-${kind}`;
    line.textContent = text;
    return line;
  }));
};

const show = () => {
  if (!carried?.isConnected) return leave();
  fill();
  card.hidden = false;
  const link = carried.getClientRects()[0] ?? carried.getBoundingClientRect();
  const below = link.bottom + 6;
  const top = below + card.offsetHeight > innerHeight - 8 ? link.top - card.offsetHeight - 6 : below;
  card.style.top = `${Math.max(8, top)}px`;
  card.style.left = `${Math.max(8, Math.min(link.left, innerWidth - card.offsetWidth - 8))}px`;
  carried.setAttribute("aria-describedby", card.id);
};

const come = (link) => {
  clearTimeout(waiting);
  if (link === carried && !card.hidden) return;
  if (link !== carried) {
    leave();
    carried = link;
    said = link.title;
    link.removeAttribute("title");
  }
  waiting = setTimeout(show, 300);
};

const carrier = (target) => target.closest?.("a.t2-cite, a.t2-look");
document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch" || !element.isConnected) return;
  const link = carrier(event.target);
  if (link) return come(link);
  clearTimeout(waiting);
  if (carried && !card.contains(event.target)) waiting = setTimeout(leave, 200);
});
document.documentElement.addEventListener("pointerleave", leave);
document.addEventListener("focusin", (event) => {
  const link = carrier(event.target);
  if (link?.matches(":focus-visible") && element.isConnected) come(link);
  else if (carried && !card.contains(event.target)) leave();
});
document.addEventListener("click", (event) => { if (!card.contains(event.target)) leave(); });
document.addEventListener("scroll", (event) => { if (!card.contains(event.target)) leave(); }, true);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || card.hidden) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  leave();
}, true);
