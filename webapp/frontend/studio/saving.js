const PAUSE = 1200;
const OUT_OF_DATE = 409;

/**
 * Keeps a draft saved while somebody edits it: some time after each change, and at once when asked.
 * `read` gives the text to save; `saved` is called after each saving. The revision guards against overwriting others.
 */
export class Saver {
  constructor(place, { read, saved = () => {} }) {
    this.url = place.dataset.url;
    this.revision = Number(place.dataset.revision);
    this.read = read;
    this.saved = saved;
    this.status = document.querySelector("[data-saved]");
    this.isDirty = false;
    window.addEventListener("beforeunload", (event) => this.isDirty && event.preventDefault());
    for (const link of document.querySelectorAll("a[data-leave]"))
      link.addEventListener("click", (event) => this.leave(event));
  }

  /** Something was changed: save it soon. */
  changed() {
    if (this.isStuck) return;
    this.isDirty = true;
    this.say("Saving …");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  /** Save now; savings go one after the other. Resolves to whether all is saved. */
  save() {
    clearTimeout(this.timer);
    this.running = (this.running || Promise.resolve()).then(() => this.send());
    return this.running;
  }

  async send() {
    if (!this.isDirty || this.isStuck) return !this.isStuck;
    this.isDirty = false;
    try {
      const answer = await this.put(await this.read());
      if (!answer.ok) return this.refused(answer);
      this.revision = (await answer.json()).revision;
      this.say(`Draft saved at ${new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`);
      this.saved();
      return true;
    } catch {
      return this.failed("The draft could not be saved: there is no connection. Keep this page open; it tries again.");
    }
  }

  put(content) {
    return fetch(this.url, {
      method: "PUT",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
      body: JSON.stringify({ content, revision: this.revision }),
    });
  }

  async refused(answer) {
    const problem = await answer.json().catch(() => ({}));
    this.isStuck = answer.status === OUT_OF_DATE;
    return this.failed(problem.detail || `The draft could not be saved (${answer.status}).`);
  }

  failed(sentence) {
    this.isDirty = true;
    this.say(sentence, true);
    if (!this.isStuck) this.timer = setTimeout(() => this.save(), 10 * PAUSE);
    return false;
  }

  async leave(event) {
    if (!this.isDirty) return;
    const href = event.currentTarget.href;
    event.preventDefault();
    if (await this.save()) window.location.assign(href);
  }

  say(sentence, isWrong = false) {
    if (!this.status) return;
    this.status.textContent = sentence;
    this.status.classList.toggle("is-wrong", isWrong);
  }
}

function token() {
  return document.querySelector('meta[name="csrf-token"]')?.content || "";
}
