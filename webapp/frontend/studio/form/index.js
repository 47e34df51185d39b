// The page of a form: the form editor, saved as a draft while one works, checked after each saving.
import { Form, FormEditor } from "@bpmn-io/form-js";
import "@bpmn-io/form-js/dist/assets/form-js.css";
import "@bpmn-io/form-js/dist/assets/form-js-editor.css";
import "@bpmn-io/form-js/dist/assets/properties-panel.css";
import { Saver } from "../saving.js";
import { Problems } from "../problems.js";
import "./form.css";

for (const place of document.querySelectorAll("[data-form-editor]")) mount(place);

/** Fires on `place`: `studio:ready` {editor}, `studio:changed`, `studio:failed` {error}. */
async function mount(place) {
  const isReadOnly = place.dataset.readOnly !== undefined;
  const editor = isReadOnly ? new Form({ container: place }) : new FormEditor({ container: place });
  try {
    const answer = await fetch(place.dataset.url);
    if (!answer.ok) throw new Error(`The form could not be loaded (${answer.status}).`);
    await editor.importSchema(await answer.json());
  } catch (error) {
    return explain(place, error);
  }
  if (!isReadOnly && place.dataset.faultsUrl) keep(editor, place);
  place.classList.add("is-ready");
  place.dispatchEvent(new CustomEvent("studio:ready", { detail: { editor }, bubbles: true }));
  return editor;
}

function keep(editor, place) {
  const problems = new Problems(document.querySelector("[data-problems]"), {
    url: place.dataset.faultsUrl,
    path: place.dataset.path,
    select: (fault) => show(editor, fault.element),
  });
  const saver = new Saver(place, {
    read: async () => `${JSON.stringify(editor.getSchema(), null, 2)}\n`,
    saved: () => problems.refresh(),
  });
  editor.on("changed", () => {
    place.dispatchEvent(new CustomEvent("studio:changed", { bubbles: true }));
    saver.changed();
  });
  problems.refresh();
}

/** Select the component whose id or key a fault names. */
function show(editor, element) {
  const fields = Object.values(editor.get("formFieldRegistry").getAll());
  const found = fields.find((field) => field.id === element || field.key === element);
  if (found) editor.get("selection").set(found);
}

function explain(place, error) {
  const sentence = document.createElement("p");
  sentence.className = "cw-studio__error";
  sentence.setAttribute("role", "alert");
  sentence.textContent = `The form cannot be shown: ${error.message}`;
  place.append(sentence);
  place.dispatchEvent(new CustomEvent("studio:failed", { detail: { error }, bubbles: true }));
  return null;
}
