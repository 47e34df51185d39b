/** Let each linked element be opened by click, and by keyboard: its shape takes focus and answers to Enter. */
export function linkElements(viewer, place, links) {
  const registry = viewer.get("elementRegistry");
  const selects = "selectEvent" in place.dataset;
  registry.forEach((element) => {
    const href = links[element.id];
    if (!element.businessObject || element.parent === undefined || (!href && !selects)) return;
    makeReachable(viewer, element, href);
  });
  viewer.get("eventBus").on("element.click", ({ element }) => open(place, element.id, links[element.id]));
  place.addEventListener("keydown", (event) => {
    const id = event.target.closest?.("[data-element-id]")?.dataset.elementId;
    if (id && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      open(place, id, links[id]);
    }
  });
}

function makeReachable(viewer, element, href) {
  const graphics = viewer.get("elementRegistry").getGraphics(element);
  const name = element.businessObject.name || element.id;
  if (element.waypoints || element.labelTarget) return;
  viewer.get("canvas").addMarker(element, "cw-can-open");
  graphics.setAttribute("tabindex", "0");
  graphics.setAttribute("role", href ? "link" : "button");
  graphics.setAttribute("aria-label", name);
}

function open(place, id, href) {
  place.dispatchEvent(new CustomEvent("diagram:select", { detail: { id, href }, bubbles: true }));
  if (href && !("selectEvent" in place.dataset)) window.location.assign(href);
}
