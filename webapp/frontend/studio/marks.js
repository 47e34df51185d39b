const FAULT = "cw-fault";
const KINDS = { added: "New", changed: "Changed", removed: "Gone" };
const WORST = { error: 0, warning: 1, info: 2 };

/** Mark faults on the diagram: the outline, and a sign that says what is wrong when it is pointed at or clicked. */
export function markFaults(modeler, faults, onClick) {
  const overlays = modeler.get("overlays");
  clear(modeler, FAULT);
  for (const [id, found] of byElement(modeler, faults)) {
    const [worst] = found;
    modeler.get("canvas").addMarker(id, `${FAULT}--${worst.severity}`);
    const sign = document.createElement("button");
    sign.type = "button";
    sign.className = `cw-sign cw-sign--${worst.severity}`;
    sign.textContent = found.length > 1 ? String(found.length) : worst.severity === "info" ? "i" : "!";
    sign.title = found.map((fault) => `${fault.message} ${fault.remedy}`).join("\n");
    sign.setAttribute("aria-label", sign.title);
    sign.addEventListener("click", () => onClick(worst));
    overlays.add(id, FAULT, { position: corner(modeler.get("elementRegistry").get(id)), html: sign });
  }
}

/** Mark what is different from the deployed version. */
export function markChanges(modeler, elements) {
  const [canvas, registry, overlays] = ["canvas", "elementRegistry", "overlays"].map((name) => modeler.get(name));
  clear(modeler, "cw-change");
  for (const { id, kind } of elements.filter((each) => registry.get(each.id) && registry.get(each.id).parent)) {
    canvas.addMarker(id, `cw-change--${kind}`);
    const word = document.createElement("div");
    word.className = `cw-word cw-word--${kind}`;
    word.textContent = KINDS[kind];
    if (!registry.get(id).waypoints) overlays.add(id, "cw-change", { position: { bottom: 8, left: 6 }, html: word });
  }
}

function clear(modeler, type) {
  const canvas = modeler.get("canvas");
  modeler.get("overlays").remove({ type });
  const names = [...Object.keys(WORST), ...Object.keys(KINDS)].map((name) => `${type}--${name}`);
  modeler.get("elementRegistry").forEach((element) => names.forEach((name) => canvas.removeMarker(element, name)));
}

/** Faults that are drawn, by element, the worst first; hints stay in the list, so that the drawing keeps calm. */
function byElement(modeler, faults) {
  const registry = modeler.get("elementRegistry");
  const found = new Map();
  for (const fault of faults) {
    const element = registry.get(fault.element);
    if (!element || !element.parent || fault.severity === "info") continue;
    found.set(fault.element, [...(found.get(fault.element) || []), fault]);
  }
  for (const list of found.values()) list.sort((one, other) => WORST[one.severity] - WORST[other.severity]);
  return found;
}

function corner(element) {
  if (!element.waypoints) return { top: -11, right: 11 };
  const middle = element.waypoints[Math.floor((element.waypoints.length - 1) / 2)];
  const next = element.waypoints[Math.floor((element.waypoints.length - 1) / 2) + 1];
  const left = Math.min(...element.waypoints.map((point) => point.x));
  const top = Math.min(...element.waypoints.map((point) => point.y));
  return { left: (middle.x + next.x) / 2 - left - 10, top: (middle.y + next.y) / 2 - top - 10 };
}
