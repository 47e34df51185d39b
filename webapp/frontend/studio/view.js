const STEP = 1.2;
const LEGIBLE = 0.7;
const PALETTE = 130; // pixels that the palette takes at the left

/** Open where it matters: all of the diagram if its words can be read then, else from its start. */
export function showStart(modeler) {
  const canvas = modeler.get("canvas");
  fit(modeler);
  if (canvas.zoom() >= LEGIBLE) return;
  const start = modeler.get("elementRegistry").find((element) => element.type === "bpmn:StartEvent");
  const { inner, outer } = canvas.viewbox();
  const top = start ? start.y - outer.height / LEGIBLE / 3 : inner.y;
  canvas.viewbox({
    x: inner.x - PALETTE / LEGIBLE,
    y: Math.max(inner.y - 80, top),
    width: outer.width / LEGIBLE,
    height: outer.height / LEGIBLE,
  });
}

/** Show the whole diagram beside the palette, never larger than it was drawn. */
export function fit(modeler) {
  const canvas = modeler.get("canvas");
  const { inner, outer } = canvas.viewbox();
  if (!inner.width || !inner.height) return;
  const room = Math.max(outer.width - PALETTE - 40, outer.width / 2);
  const zoom = Math.min(1, room / inner.width, (outer.height - 80) / inner.height);
  const [width, height] = [outer.width / zoom, outer.height / zoom];
  const left = (outer.width - inner.width * zoom + PALETTE) / 2 / zoom;
  canvas.viewbox({ x: inner.x - left, y: inner.y - (height - inner.height) / 2, width, height });
}

/** Add buttons for what a wheel or two fingers do, and for drawing on the whole screen. */
export function addControls(modeler, place) {
  const canvas = modeler.get("canvas");
  const bar = document.createElement("div");
  bar.className = "cw-studio__controls";
  const full = button("Whole screen", "Whole screen", () => toggleFull(place, full, canvas));
  bar.append(
    button("Zoom in", "+", () => canvas.zoom(canvas.zoom() * STEP)),
    button("Zoom out", "−", () => canvas.zoom(canvas.zoom() / STEP)),
    button("Show all", "Fit", () => fit(modeler)),
    full,
  );
  place.querySelector("[data-studio-canvas]").append(bar);
}

function toggleFull(place, full, canvas) {
  const isFull = place.classList.toggle("is-full");
  full.textContent = isFull ? "Back to the page" : "Whole screen";
  full.setAttribute("aria-label", full.textContent);
  canvas.resized();
}

function button(name, text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.setAttribute("aria-label", name);
  made.addEventListener("click", act);
  return made;
}
