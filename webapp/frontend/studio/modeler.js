import Modeler from "bpmn-js/lib/Modeler";
import { modules, moddleExtensions, linting } from "./modules.js";
import "./styles.js";

/**
 * Mount the modeller on `place` and return it.
 *
 * <div data-studio data-url="/…/draft.bpmn"   where the XML is read from
 *      data-templates-url="/…/templates.json"> element templates, optional
 *   <div data-studio-canvas></div> <div data-studio-panel></div>
 * </div>
 *
 * Fires on `place`: `studio:ready` {modeler}, `studio:changed` (something may be saved), `studio:failed` {error}.
 */
export async function mount(place) {
  const modeler = new Modeler({
    container: place.querySelector("[data-studio-canvas]"),
    propertiesPanel: { parent: place.querySelector("[data-studio-panel]") },
    additionalModules: modules,
    moddleExtensions,
    linting,
  });
  try {
    await open(modeler, place);
  } catch (error) {
    place.dispatchEvent(new CustomEvent("studio:failed", { detail: { error }, bubbles: true }));
    return null;
  }
  modeler.on("commandStack.changed", () => place.dispatchEvent(new CustomEvent("studio:changed", { bubbles: true })));
  place.classList.add("is-ready");
  place.dispatchEvent(new CustomEvent("studio:ready", { detail: { modeler }, bubbles: true }));
  return modeler;
}

async function open(modeler, place) {
  const { url, templatesUrl } = place.dataset;
  if (templatesUrl) modeler.get("elementTemplatesLoader").setTemplates(await read(templatesUrl, "json"));
  await modeler.importXML(await read(url, "text"));
  modeler.get("canvas").zoom("fit-viewport", "auto");
}

async function read(url, kind) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} could not be loaded (${answer.status}).`);
  return answer[kind]();
}
