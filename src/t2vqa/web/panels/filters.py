"""What a question is restricted to: chips above the question, and a fold to choose in."""

from __future__ import annotations

from typing import Any

import gradio as gr

from t2vqa.web.filter_events import FilterEvents
from t2vqa.web.parts import FilterParts, Parts
from t2vqa.web.wording import Wording

_CHIPS = """
element.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-chip]");
  if (chip) trigger("select", { chip: chip.dataset.chip });
});
// Whoever took a chip off with the keyboard goes on from the next one, or from the fold.
watch("value", () => {
  if (document.activeElement !== document.body) return;
  const next = element.querySelector("[data-chip]");
  (next ?? document.querySelector("#t2-filters-fold > button"))?.focus();
});
"""


def lay_out(words: Wording) -> FilterParts:
    """Make the components."""
    asking = words.asking
    with gr.Column(elem_id="t2-filters"):
        chips = gr.HTML("", elem_id="t2-chips", js_on_load=_CHIPS)
        with gr.Accordion(asking.heading, open=False, elem_id="t2-filters-fold") as fold:
            with gr.Row():
                several: dict[str, Any] = {
                    "choices": [],
                    "value": [],
                    "multiselect": True,
                    "min_width": 150,
                }
                documents = gr.Dropdown(
                    label=asking.documents, elem_id="t2-filter-documents", **several
                )
                folders = gr.Dropdown(label=asking.folders, elem_id="t2-filter-folders", **several)
                companies = gr.Dropdown(
                    label=asking.companies, elem_id="t2-filter-companies", **several
                )
            with gr.Row():
                since, until = (
                    gr.Textbox(
                        label=label,
                        placeholder=asking.date_example,
                        max_lines=1,
                        min_width=120,
                        elem_id=f"t2-filter-{name}",
                    )
                    for name, label in (("since", asking.since), ("until", asking.until))
                )
    return FilterParts(chips, fold, documents, folders, companies, since, until)


def wire(parts: Parts, events: FilterEvents) -> None:
    """Bind the events."""
    filters, session = parts.filters, parts.session
    at_once: dict[str, Any] = {
        "show_progress": "hidden",
        "queue": False,
        "api_visibility": "private",
    }
    offered = [filters.documents, filters.folders, filters.companies]
    filters.fold.expand(events.offer, [session.filters], offered, **at_once)
    chosen = [session.filters, *filters.controls, parts.settings.language]
    shown = [session.filters, filters.chips]
    for control in offered:
        control.input(events.choose, chosen, shown, trigger_mode="always_last", **at_once)
    for day in (filters.since, filters.until):
        for listen in (day.submit, day.blur):
            # Queued: what is no date is told, which takes the queue.
            listen(
                events.choose,
                chosen,
                shown,
                trigger_mode="always_last",
                show_progress="hidden",
                concurrency_limit=None,
                api_visibility="private",
            )
    filters.chips.select(
        events.take_off,
        [session.filters, parts.settings.language],
        [*shown, *filters.controls],
        trigger_mode="always_last",
        **at_once,
    )
