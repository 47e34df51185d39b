// The page of a diagram: the modeller, saved as a draft while one draws, checked after each saving.
import { mount } from "./modeler.js";
import { Saver } from "./saving.js";
import { Problems } from "./problems.js";
import { markChanges, markFaults } from "./marks.js";

for (const place of document.querySelectorAll("[data-studio]")) open(place);

async function open(place) {
  const modeler = await mount(place);
  if (!modeler) return;
  if (place.dataset.select) show(modeler, place.dataset.select);
  if (place.dataset.showChanges !== undefined) await showChanges(modeler, place);
  if (place.dataset.readOnly !== undefined || !place.dataset.faultsUrl) return;
  keep(modeler, place);
}

function keep(modeler, place) {
  const select = (fault) => show(modeler, fault.element);
  const problems = new Problems(place.querySelector("[data-problems]"), {
    url: place.dataset.faultsUrl,
    path: place.dataset.path,
    select,
    mark: (faults) => markFaults(modeler, faults, select),
  });
  const saver = new Saver(place, {
    read: async () => (await modeler.saveXML({ format: true })).xml,
    saved: () => problems.refresh(),
  });
  place.addEventListener("studio:changed", () => saver.changed());
  startCheck(place, saver, problems);
  problems.refresh();
}

function startCheck(place, saver, problems) {
  const button = document.querySelector("[data-check]");
  if (!button) return;
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    button.setAttribute("aria-busy", "true");
    await saver.save();
    problems.isOpen = true;
    await problems.refresh();
    button.removeAttribute("aria-busy");
    place.querySelector("[data-problems]").scrollIntoView({ block: "nearest" });
  });
}

/** Select an element and bring it into view; what is no part of the drawing is the process itself. */
function show(modeler, id) {
  const canvas = modeler.get("canvas");
  const element = modeler.get("elementRegistry").get(id) || canvas.getRootElement();
  modeler.get("selection").select(element);
  if (element.parent) canvas.scrollToElement(element, { top: 80, right: 80, bottom: 80, left: 120 });
}

async function showChanges(modeler, place) {
  const answer = await fetch(place.dataset.changesUrl);
  if (answer.ok) markChanges(modeler, (await answer.json()).elements);
}
