"use strict";
// Switching: every element with data-switch is shown for one value of that control; the definition is a state of the body.
(() => {
  const state = { definition: document.body.dataset.definition };
  const apply = () => {
    document.body.dataset.definition = state.definition;
    for (const part of document.querySelectorAll("[data-switch], [data-only], [data-unless]")) {
      const { switch: name, value, only, unless } = part.dataset;
      part.hidden = (name && state[name] !== undefined && state[name] !== value) ||
        (only && only !== state.definition) || (unless && unless === state.definition) || false;
    }
  };
  for (const select of document.querySelectorAll(".switches select")) {
    state[select.name] = select.value;
    select.addEventListener("change", () => {
      state[select.name] = select.value;
      for (const twin of document.querySelectorAll(`select[name="${select.name}"]`)) twin.value = select.value;
      apply();
    });
  }
  for (const form of document.querySelectorAll(".switches")) form.addEventListener("submit", (event) => event.preventDefault());
  apply();
  // On a narrow screen a chart is scrolled: the newest days are seen first.
  for (const chart of document.querySelectorAll(".chart")) chart.scrollLeft = chart.scrollWidth;
  // A mark's words beside the pointer. The same words are in the table behind the chart.
  const tip = document.getElementById("tip");
  document.addEventListener("pointerover", (event) => {
    const mark = event.target.closest && event.target.closest("[data-tip]");
    tip.hidden = !mark || !mark.dataset.tip;
    if (tip.hidden) return;
    tip.textContent = mark.dataset.tip;
    const box = mark.getBoundingClientRect();
    const left = Math.min(Math.max(box.left + box.width / 2 - tip.offsetWidth / 2, 6), innerWidth - tip.offsetWidth - 6);
    tip.style.left = `${left + scrollX}px`;
    tip.style.top = `${box.top + scrollY - tip.offsetHeight - 8}px`;
  });
})();
