import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import zeebe from "zeebe-bpmn-moddle/resources/zeebe.json";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/diagram-js.css";
import "./diagram.css";
import { showStates, idsOf } from "./states.js";
import { linkElements } from "./links.js";
import { addControls, showStart } from "./controls.js";

const look = {
  bpmnRenderer: { defaultStrokeColor: "#3a4a54", defaultLabelColor: "#17242c" },
  textRenderer: {
    defaultStyle: { fontFamily: "Inter Variable, sans-serif" },
    externalStyle: { fontFamily: "Inter Variable, sans-serif" },
  },
};

/**
 * Mount a read-only diagram on `place` and return its viewer.
 *
 * <div data-diagram-url="/…/diagram.bpmn"      where the XML is
 *      data-done="id id" data-active="id" data-next="id" data-faults='{"id": "sentence"}' data-counts='{"id": 2}'
 *      data-links='{"id": "/tasks/7"}'          what a click or Enter on an element opens
 *      data-select-event                        instead of opening: fires `diagram:select` {id} on `place`
 *      aria-label="…">                          fallback content inside is kept for readers without JavaScript
 */
export async function mount(place) {
  const canvas = prepare(place);
  const viewer = new NavigatedViewer({ container: canvas, moddleExtensions: { zeebe }, ...look });
  try {
    await document.fonts.load('12px "Inter Variable"'); // before words are measured
    await viewer.importXML(await load(place.dataset.diagramUrl));
  } catch (error) {
    return explain(place, error);
  }
  showStart(viewer, place, idsOf(place.dataset.active)[0]);
  addControls(viewer, place);
  showStates(viewer, statesOf(place));
  linkElements(viewer, place, JSON.parse(place.dataset.links || "{}"));
  place.classList.add("is-ready");
  place.dispatchEvent(new CustomEvent("diagram:ready", { detail: { viewer }, bubbles: true }));
  return viewer;
}

/** Show another diagram in the same place: a case may go to another version of its diagram. */
export async function redraw(viewer, url) {
  await viewer.importXML(await load(url));
}

function prepare(place) {
  place.classList.add("cw-diagram");
  const canvas = document.createElement("div");
  canvas.className = "cw-diagram__canvas";
  place.append(canvas);
  return canvas;
}

async function load(url) {
  const answer = await fetch(url, { headers: { Accept: "application/xml" } });
  if (!answer.ok) throw new Error(`The diagram could not be loaded (${answer.status}).`);
  return answer.text();
}

function statesOf(place) {
  const { done, active, next, faults, counts } = place.dataset;
  const read = (text) => JSON.parse(text || "{}");
  return { done: idsOf(done), active: idsOf(active), next: idsOf(next), faults: read(faults), counts: read(counts) };
}

function explain(place, error) {
  const sentence = document.createElement("p");
  sentence.className = "cw-diagram__error";
  sentence.setAttribute("role", "alert");
  sentence.textContent = `${error.message} Reload the page to try again.`;
  place.append(sentence);
  return null;
}
