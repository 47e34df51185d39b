const PAUSE = 1500;

/**
 * Save what is typed, shortly after each pause: <form data-draft-url="/tasks/7/draft">.
 * Sends the form's fields by POST; `[data-draft-status]` in the form says what happened.
 * Leaving with something unsaved asks first.
 */
export function keepDrafts(root) {
  for (const form of root.querySelectorAll("form[data-draft-url]:not([data-draft-kept])")) {
    form.dataset.draftKept = "";
    new Draft(form);
  }
}

class Draft {
  constructor(form) {
    this.form = form;
    this.isSaved = true;
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", () => this.changed());
    form.addEventListener("submit", () => this.stop());
    window.addEventListener("beforeunload", (event) => this.isSaved || event.preventDefault());
  }

  changed() {
    this.isSaved = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  stop() {
    clearTimeout(this.timer);
    this.isSaved = true;
  }

  async save() {
    const fields = new FormData(this.form);
    for (const [name, value] of [...fields]) if (value instanceof File) fields.delete(name);
    try {
      const answer = await fetch(this.form.dataset.draftUrl, {
        method: "POST",
        body: fields,
        headers: { "X-Requested-With": "fetch" },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      this.isSaved = true;
      this.say(`Draft saved at ${new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}.`);
    } catch {
      this.say("The draft could not be saved. Keep this page open and try again.");
    }
  }

  say(sentence) {
    const place = this.form.querySelector("[data-draft-status]");
    if (place) place.textContent = sentence;
  }
}
