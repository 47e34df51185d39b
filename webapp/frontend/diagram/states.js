import { pinElement } from "./pins.js";

const MARKS = ["done", "active", "next", "fault", "on-path"];
const PINS = { active: "here", fault: "fault" };

/** Read a list of element ids: separated by spaces or commas. */
export function idsOf(text) {
  return (text || "").split(/[\s,]+/).filter(Boolean);
}

/**
 * Show where a case stands: {done, active, next: [ids], faults: {id: sentence}, counts: {id: n}}.
 * May be called again and again (replay does); what was shown before goes away.
 */
export function showStates(viewer, { done = [], active = [], next = [], faults = {}, counts = {} }) {
  clear(viewer);
  mark(viewer, done, "done");
  mark(viewer, flowsBetween(viewer, new Set([...done, ...active])), "on-path");
  mark(viewer, next, "next");
  mark(viewer, active, "active");
  mark(viewer, Object.keys(faults), "fault");
  for (const id of active) pin(viewer, id, PINS.active, counts[id] > 1 ? `${counts[id]} here` : "Here");
  for (const [id, sentence] of Object.entries(faults))
    pin(viewer, id, PINS.fault, counts[id] > 1 ? `Problem of ${counts[id]}` : "Problem", sentence);
}

function clear(viewer) {
  const canvas = viewer.get("canvas");
  viewer.get("overlays").remove({ type: "cw-pin" });
  viewer
    .get("elementRegistry")
    .forEach((element) => MARKS.forEach((name) => canvas.removeMarker(element, `cw-${name}`)));
}

function mark(viewer, ids, name) {
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  ids.filter((id) => registry.get(id)).forEach((id) => canvas.addMarker(id, `cw-${name}`));
}

/** Sequence flows whose two ends were both reached: the path as far as it is known without the flow events. */
function flowsBetween(viewer, reached) {
  return viewer
    .get("elementRegistry")
    .filter((element) => element.waypoints && reached.has(element.source?.id) && reached.has(element.target?.id))
    .map((element) => element.id);
}

function pin(viewer, id, kind, word, sentence = "") {
  if (viewer.get("elementRegistry").get(id)) pinElement(viewer, id, kind, word, sentence);
}
