import { merge } from "./merge.js";

/**
 * Ask the server to look at the conditions again when an answer that they read changes, and add or remove rows in place:
 * <form data-form data-form-update="/tasks/7/form">. What was typed stays; what is new comes from the answer.
 * Where the server does not answer, the buttons for pages without JavaScript come back.
 */
export function keepFormsLive(root) {
  for (const form of root.querySelectorAll("form[data-form]:not([data-form-live])")) {
    form.dataset.formLive = "";
    new LiveForm(form);
  }
}

class LiveForm {
  constructor(form) {
    this.form = form;
    form.addEventListener("change", (event) => event.target.closest("[data-refreshes]") && this.refresh());
    form.addEventListener("click", (event) => this.clicked(event));
    form.addEventListener("pointerdown", () => this.pressed());
  }

  /** What is pressed must not move away before it is let go: the click would be lost, or meant for what came in its place. */
  pressed() {
    this.released = new Promise((letGo) => {
      for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(letGo), { once: true });
    });
  }

  clicked(event) {
    const button = event.target.closest("[data-form-command]");
    if (!button || hasChosenFile(button.closest("fieldset.cw-list"))) return; // a page load keeps the file, a refresh would not
    event.preventDefault();
    this.refresh(button);
  }

  async refresh(button) {
    this.waiting?.abort();
    const waiting = (this.waiting = new AbortController());
    try {
      const answer = await fetch(this.form.dataset.formUpdate, {
        method: "POST",
        body: this.fields(button),
        headers: { "X-Form-Part": "1", "X-Requested-With": "fetch" },
        signal: waiting.signal,
      });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      await this.released;
      if (!waiting.signal.aborted) this.show(page.body, button);
    } catch (error) {
      if (error.name !== "AbortError") this.fallBack(button);
    }
  }

  /** What is in the form, without the bytes of files: they are sent once, with the form itself. */
  fields(button) {
    const fields = new FormData(this.form, button);
    for (const [name, value] of [...fields]) if (value instanceof File) fields.delete(name);
    if (!button) fields.set("_command", "update");
    return fields;
  }

  show(fresh, button) {
    const place = this.form.querySelector("[data-form-fields]");
    const list = button?.closest("fieldset.cw-list")?.id; // the button itself is about to be replaced
    const { changed, parts } = merge(place, fresh, list);
    if (list) this.focus(list);
    if (changed) this.say(button ? "The list has changed." : "The questions have changed.");
    for (const elt of parts) document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt } }));
  }

  /** After adding go to the new row, after removing to the list. */
  focus(list) {
    const place = this.form.querySelector("[data-form-fields] [autofocus]") ?? document.getElementById(list);
    place?.focus();
  }

  fallBack(button) {
    if (button) return this.form.requestSubmit(button);
    this.form.classList.add("cw-form--offline");
    this.say("The questions could not be brought up to date. Use the update button beside your answer.");
  }

  say(sentence) {
    const place = this.form.querySelector("[data-form-status]");
    if (place) place.textContent = sentence;
  }
}

function hasChosenFile(place) {
  return [...(place?.querySelectorAll("input[type=file]") ?? [])].some((input) => input.files.length);
}
