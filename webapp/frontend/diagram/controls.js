const STEP = 1.25;

/** Show the whole diagram, but never larger than it was drawn. */
export function fit(viewer) {
  const canvas = viewer.get("canvas");
  canvas.zoom("fit-viewport", "auto");
  if (canvas.zoom() > 1) canvas.zoom(1, "auto");
}

/** Add buttons for what a wheel or two fingers do, for those who have neither. */
export function addControls(viewer, place) {
  const canvas = viewer.get("canvas");
  const bar = document.createElement("div");
  bar.className = "cw-diagram__controls";
  bar.append(
    button("Zoom in", "+", () => canvas.zoom(canvas.zoom() * STEP)),
    button("Zoom out", "−", () => canvas.zoom(canvas.zoom() / STEP)),
    button("Show all", "Fit", () => fit(viewer)),
  );
  place.append(bar);
}

function button(name, text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.setAttribute("aria-label", name);
  made.addEventListener("click", act);
  return made;
}
