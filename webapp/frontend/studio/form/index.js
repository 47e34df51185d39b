// Mounts the form editor on each <div data-form-editor data-url="…">. Fires `studio:ready` {editor}, `studio:changed`.
import { FormEditor } from "@bpmn-io/form-js";
import "@bpmn-io/form-js/dist/assets/form-js.css";
import "@bpmn-io/form-js/dist/assets/form-js-editor.css";
import "@bpmn-io/form-js/dist/assets/properties-panel.css";
import "./form.css";

for (const place of document.querySelectorAll("[data-form-editor]")) mount(place);

async function mount(place) {
  const editor = new FormEditor({ container: place });
  try {
    const answer = await fetch(place.dataset.url);
    if (!answer.ok) throw new Error(`The form could not be loaded (${answer.status}).`);
    await editor.importSchema(await answer.json());
  } catch (error) {
    place.dispatchEvent(new CustomEvent("studio:failed", { detail: { error }, bubbles: true }));
    return;
  }
  editor.on("changed", () => place.dispatchEvent(new CustomEvent("studio:changed", { bubbles: true })));
  place.classList.add("is-ready");
  place.dispatchEvent(new CustomEvent("studio:ready", { detail: { editor }, bubbles: true }));
}
