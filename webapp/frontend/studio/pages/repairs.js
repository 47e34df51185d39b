/** Show an element in the pictures of its diagram when its repair asks for it; untick all repairs at once. */
export function showRepairs(root) {
  const form = root.querySelector("[data-repairs]");
  if (!form) return;
  const viewers = [];
  root.addEventListener("diagram:ready", ({ detail }) => {
    viewers.push(detail.viewer);
    for (const button of form.querySelectorAll("[data-show-element]")) button.hidden = false;
  });
  form.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-show-element]");
    if (button) show(viewers, button.dataset.showElement);
  });
  untickAll(form, form.querySelector("[data-untick]"));
}

function show(viewers, id) {
  const holding = viewers.filter((viewer) => viewer.get("elementRegistry").get(id));
  for (const viewer of holding) {
    viewer.get("canvas").scrollToElement(id, 80);
    viewer.get("selection").select(viewer.get("elementRegistry").get(id));
  }
  holding[0]?.get("canvas").getContainer().scrollIntoView({ block: "nearest" });
}

function untickAll(form, button) {
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  if (!button || boxes.length < 3) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const isTicked = boxes.some((box) => box.checked);
    for (const box of boxes) box.checked = !isTicked;
    button.textContent = isTicked ? "Tick all" : "Untick all";
  });
}
