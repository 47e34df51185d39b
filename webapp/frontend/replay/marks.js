import { pinElement } from "../diagram/pins.js";

const MARKS = ["done", "active", "watching", "gone", "now", "fault", "on-path", "just-taken"];
const AIR = 40;

/** Draw a moment: what the server says is done, here, watched, withdrawn and failed, and what this event moved. */
export function showMarks(viewer, marks) {
  clear(viewer);
  mark(viewer, marks.done, "done");
  mark(viewer, marks.withdrawn, "gone");
  mark(viewer, marks.flows, "on-path");
  mark(viewer, marks.watching, "watching");
  mark(viewer, marks.now.elements.filter((id) => !marks.active.includes(id)), "now");
  mark(viewer, marks.now.flows, "just-taken");
  mark(viewer, marks.active, "active");
  mark(viewer, Object.keys(marks.faults), "fault");
  for (const id of marks.active) pin(viewer, id, "here", marks.counts[id] > 1 ? `${marks.counts[id]} here` : "Here");
  for (const [id, sentence] of Object.entries(marks.faults)) pin(viewer, id, "fault", "Problem", sentence);
  lookAt(viewer, [...marks.active, ...marks.now.elements]);
}

function clear(viewer) {
  const canvas = viewer.get("canvas");
  viewer.get("overlays").remove({ type: "cw-pin" });
  viewer.get("elementRegistry").forEach((element) => MARKS.forEach((name) => canvas.removeMarker(element, `cw-${name}`)));
}

function mark(viewer, ids, name) {
  const registry = viewer.get("elementRegistry");
  for (const id of ids) if (registry.get(id)) viewer.get("canvas").addMarker(id, `cw-${name}`);
}

function pin(viewer, id, kind, word, sentence = "") {
  if (viewer.get("elementRegistry").get(id)) pinElement(viewer, id, kind, word, sentence);
}

/** Move the drawing only when nothing of what matters now is in view. */
function lookAt(viewer, ids) {
  const canvas = viewer.get("canvas");
  const shapes = ids.map((id) => viewer.get("elementRegistry").get(id)).filter(Boolean);
  if (!shapes.length || shapes.some((shape) => isInView(canvas.viewbox(), shape))) return;
  const { width, height } = canvas.viewbox();
  const [{ x, y, width: w, height: h }] = shapes;
  canvas.viewbox({ x: x + w / 2 - width / 2, y: y + h / 2 - height / 2, width, height });
}

function isInView(view, shape) {
  return (
    shape.x > view.x - AIR && shape.x + shape.width < view.x + view.width + AIR &&
    shape.y > view.y - AIR && shape.y + shape.height < view.y + view.height + AIR
  );
}
