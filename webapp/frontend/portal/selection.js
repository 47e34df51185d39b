/** Count ticked lines: <form data-selection> with [data-select-all], [data-select] boxes and [data-selected-count]. */
export function selectMany() {
  document.addEventListener("change", ({ target }) => {
    const form = target.closest?.("[data-selection]");
    if (!form || !target.matches("[data-select-all], [data-select]")) return;
    const boxes = [...form.querySelectorAll("[data-select]")];
    if (target.matches("[data-select-all]")) boxes.forEach((box) => (box.checked = target.checked));
    count(form, boxes);
  });
}

function count(form, boxes) {
  const ticked = boxes.filter((box) => box.checked).length;
  form.toggleAttribute("data-has-selection", ticked > 0);
  const place = form.querySelector("[data-selected-count]");
  if (place) place.textContent = `${ticked} selected`;
  const all = form.querySelector("[data-select-all]");
  if (!all) return;
  all.checked = ticked === boxes.length;
  all.indeterminate = ticked > 0 && !all.checked;
}
