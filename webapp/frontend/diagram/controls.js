const STEP = 1.25;
const LEGIBLE = 0.85;
const AIR = 24;
const TALLEST = 520;

/** Open where it matters: all of the diagram if its words can be read then, else around the element `id`. */
export function showStart(viewer, place, id) {
  const canvas = viewer.get("canvas");
  fit(viewer);
  shrink(viewer, place);
  if (canvas.zoom() >= LEGIBLE) return fit(viewer);
  lookAt(canvas, centreOf(viewer, id));
}

/** Look at a point of the drawing at a size that can be read. */
function lookAt(canvas, { x, y }) {
  const { outer, inner } = canvas.viewbox();
  const width = outer.width / LEGIBLE;
  const height = outer.height / LEGIBLE;
  canvas.viewbox({
    x: within(x - width / 2, inner.x, inner.x + inner.width - width),
    y: within(y - height / 2, inner.y, inner.y + inner.height - height),
    width,
    height,
  });
}

/** Keep the frame over the drawing, with a little air around it. */
function within(wanted, first, last) {
  return Math.max(first - AIR, Math.min(wanted, last + AIR));
}

/** Give the frame no more height than the diagram fills. */
function shrink(viewer, place) {
  const canvas = viewer.get("canvas");
  const { inner } = canvas.viewbox();
  const wanted = inner.height * Math.max(canvas.zoom(), LEGIBLE) + 72;
  place.style.setProperty(
    "height",
    `${Math.round(Math.min(TALLEST, window.innerHeight * 0.6, Math.max(260, wanted)))}px`,
  );
  canvas.resized();
}

function centreOf(viewer, id) {
  const registry = viewer.get("elementRegistry");
  const element = registry.get(id) || registry.find((shape) => shape.type === "bpmn:StartEvent");
  const { x, y, width, height } = element || viewer.get("canvas").viewbox().inner;
  return { x: x + width / 2, y: y + height / 2 };
}

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
