// Mounts the decision editor on each <div data-decision-editor data-url="…">. Fires `studio:ready` {modeler}, `studio:changed`.
import DmnModeler from "dmn-js/lib/Modeler";
import "dmn-js/dist/assets/diagram-js.css";
import "dmn-js/dist/assets/dmn-js-shared.css";
import "dmn-js/dist/assets/dmn-js-drd.css";
import "dmn-js/dist/assets/dmn-js-decision-table.css";
import "dmn-js/dist/assets/dmn-js-decision-table-controls.css";
import "dmn-js/dist/assets/dmn-js-literal-expression.css";
import "dmn-js/dist/assets/dmn-js-boxed-expression.css";
import "dmn-js/dist/assets/dmn-js-boxed-expression-controls.css";
import "dmn-js/dist/assets/dmn-font/css/dmn.css";
import { Saver } from "../saving.js";
import { Problems } from "../problems.js";
import "./decision.css";

for (const place of document.querySelectorAll("[data-decision-editor]")) mount(place);

async function mount(place) {
  const modeler = new DmnModeler({ container: place });
  try {
    const answer = await fetch(place.dataset.url);
    if (!answer.ok) throw new Error(`The decision could not be loaded (${answer.status}).`);
    await modeler.importXML(await answer.text());
  } catch (error) {
    place.dispatchEvent(new CustomEvent("studio:failed", { detail: { error }, bubbles: true }));
    return;
  }
  modeler.on("views.changed", () => listen(modeler, place));
  listen(modeler, place);
  if (place.dataset.readOnly === undefined && place.dataset.faultsUrl) keep(modeler, place);
  place.classList.add("is-ready");
  place.dispatchEvent(new CustomEvent("studio:ready", { detail: { modeler }, bubbles: true }));
}

/** Each view (diagram, table, expression) has a command stack of its own; only the open one changes. */
function listen(modeler, place) {
  const bus = modeler.getActiveViewer()?.get("eventBus");
  if (!bus || bus.isHeard) return;
  bus.isHeard = true;
  bus.on("commandStack.changed", () => place.dispatchEvent(new CustomEvent("studio:changed", { bubbles: true })));
}

function keep(modeler, place) {
  const problems = new Problems(document.querySelector("[data-problems]"), {
    url: place.dataset.faultsUrl,
    path: place.dataset.path,
    select: () => {},
  });
  const saver = new Saver(place, {
    read: async () => (await modeler.saveXML({ format: true })).xml,
    saved: () => problems.refresh(),
  });
  place.addEventListener("studio:changed", () => saver.changed());
  problems.refresh();
}
