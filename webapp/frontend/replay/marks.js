import { pinElement } from "../diagram/pins.js";

const MARKS = ["done", "active", "watching", "gone", "now", "fault", "on-path", "just-taken"];
const AIR = 90;
const LARGEST = 0.8; // words can be read, and what comes next is in view
const LEGIBLE = 0.55;

/** Draw a moment: what the server says is done, here, watched, withdrawn and failed, and what this event moved. */
export function showMarks(viewer, marks) {
  clear(viewer);
  mark(viewer, marks.done, "done");
  mark(viewer, marks.withdrawn, "gone");
  mark(viewer, marks.flows, "on-path");
  mark(viewer, marks.watching, "watching");
  mark(
    viewer,
    marks.now.elements.filter((id) => !marks.active.includes(id)),
    "now",
  );
  mark(viewer, marks.now.flows, "just-taken");
  mark(viewer, marks.active, "active");
  mark(viewer, Object.keys(marks.faults), "fault");
  for (const id of marks.active) pin(viewer, id, "here", marks.counts[id] > 1 ? `${marks.counts[id]} here` : "Here");
  for (const [id, sentence] of Object.entries(marks.faults)) pin(viewer, id, "fault", "Problem", sentence);
  lookAt(viewer, marks.active, marks.now.elements);
}

function clear(viewer) {
  const canvas = viewer.get("canvas");
  viewer.get("overlays").remove({ type: "cw-pin" });
  viewer
    .get("elementRegistry")
    .forEach((element) => MARKS.forEach((name) => canvas.removeMarker(element, `cw-${name}`)));
}

function mark(viewer, ids, name) {
  const registry = viewer.get("elementRegistry");
  for (const id of ids) if (registry.get(id)) viewer.get("canvas").addMarker(id, `cw-${name}`);
}

function pin(viewer, id, kind, word, sentence = "") {
  if (viewer.get("elementRegistry").get(id)) pinElement(viewer, id, kind, word, sentence);
}

/** Show what moved together with where it is now; where they are too far apart to be read, where it is now. */
function lookAt(viewer, active, moved) {
  const canvas = viewer.get("canvas");
  const both = shapesOf(viewer, [...active, ...moved]);
  if (!both.length || both.every((shape) => isInView(canvas.viewbox(), shape))) return;
  const { width, height } = canvas.viewbox().outer;
  const fit = (frame) => Math.min(LARGEST, width / frame.width, height / frame.height);
  const frames = [both, shapesOf(viewer, active), both.slice(0, 1)].filter((shapes) => shapes.length).map(around);
  const frame = frames.find((each) => fit(each) >= LEGIBLE) || frames.at(-1);
  const [w, h] = [width / fit(frame), height / fit(frame)];
  canvas.viewbox({ x: frame.x + frame.width / 2 - w / 2, y: frame.y + frame.height / 2 - h / 2, width: w, height: h });
}

function shapesOf(viewer, ids) {
  return ids.map((id) => viewer.get("elementRegistry").get(id)).filter(Boolean);
}

function around(shapes) {
  const x = Math.min(...shapes.map((shape) => shape.x)) - AIR;
  const y = Math.min(...shapes.map((shape) => shape.y)) - AIR;
  const right = Math.max(...shapes.map((shape) => shape.x + shape.width)) + AIR;
  const bottom = Math.max(...shapes.map((shape) => shape.y + shape.height)) + AIR;
  return { x, y, width: right - x, height: bottom - y };
}

function isInView(view, shape) {
  return (
    shape.x >= view.x &&
    shape.x + shape.width <= view.x + view.width &&
    shape.y >= view.y &&
    shape.y + shape.height <= view.y + view.height
  );
}
