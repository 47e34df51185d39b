import Modeler from "bpmn-js/lib/Modeler";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { modules, moddleExtensions } from "./modules.js";
import { addControls, showStart } from "./view.js";
import "./styles.js";

const look = {
  bpmnRenderer: { defaultStrokeColor: "#3a4a54", defaultLabelColor: "#17242c" },
  textRenderer: {
    defaultStyle: { fontFamily: "Inter Variable, sans-serif" },
    externalStyle: { fontFamily: "Inter Variable, sans-serif" },
  },
};

/**
 * Mount the modeller on `place` and return it; for those who may not change the diagram, a viewer.
 *
 * <div data-studio data-url="/…/draft.bpmn"     where the XML is read from, and saved by PUT
 *      data-templates-url data-choices-url      what the properties panel offers
 *      data-read-only>
 *   <div data-studio-canvas></div> <div data-studio-panel></div>
 * </div>
 *
 * Fires on `place`: `studio:ready` {modeler}, `studio:changed` (something may be saved), `studio:failed` {error}.
 */
export async function mount(place) {
  try {
    const modeler = await made(place);
    await document.fonts.load('12px "Inter Variable"'); // before words are measured
    await modeler.importXML(await read(place.dataset.url, "text"));
    showStart(modeler);
    addControls(modeler, place);
    modeler.on("commandStack.changed", () => place.dispatchEvent(new CustomEvent("studio:changed", { bubbles: true })));
    place.classList.add("is-ready");
    place.dispatchEvent(new CustomEvent("studio:ready", { detail: { modeler }, bubbles: true }));
    return modeler;
  } catch (error) {
    explain(place, error);
    place.dispatchEvent(new CustomEvent("studio:failed", { detail: { error }, bubbles: true }));
    return null;
  }
}

async function made(place) {
  const container = place.querySelector("[data-studio-canvas]");
  if (place.dataset.readOnly !== undefined) return new NavigatedViewer({ container, moddleExtensions, ...look });
  const { templatesUrl, choicesUrl } = place.dataset;
  const [templates, choices] = await Promise.all([
    templatesUrl ? read(templatesUrl, "json") : [],
    choicesUrl ? read(choicesUrl, "json") : {},
  ]);
  choices.formUrl = place.dataset.formUrl;
  const parent = place.querySelector("[data-studio-panel]");
  const modeler = new Modeler({
    container,
    propertiesPanel: { parent },
    additionalModules: modules,
    moddleExtensions,
    choices,
    ...look,
  });
  modeler.on("elementTemplates.errors", ({ errors }) => console.error(errors.map(String).join("\n")));
  modeler.get("elementTemplatesLoader").setTemplates(templates);
  return modeler;
}

async function read(url, kind) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} could not be loaded (${answer.status}).`);
  return answer[kind]();
}

function explain(place, error) {
  const sentence = document.createElement("p");
  sentence.className = "cw-studio__error";
  sentence.setAttribute("role", "alert");
  sentence.textContent = `The diagram cannot be shown: ${error.message}`;
  place.querySelector("[data-studio-canvas]").append(sentence);
}
