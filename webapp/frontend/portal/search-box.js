const PAUSE = 180; // milliseconds after the last key
const LEAST = 2; // characters

/**
 * Show answers under the header's search box while somebody types (ARIA 1.2 combobox). Without this the form is sent
 * as it is, and so it is when Enter is pressed with no answer marked.
 */
export function suggestAnswers() {
  const input = document.querySelector("[data-search][data-suggestions]");
  if (input) new SearchBox(input);
}

class SearchBox {
  constructor(input) {
    this.input = input;
    this.at = -1;
    this.list = Object.assign(document.createElement("ul"), { className: "cw-suggestions", id: "search-answers", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Answers");
    this.told = Object.assign(document.createElement("div"), { className: "govuk-visually-hidden" });
    this.told.setAttribute("role", "status");
    Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    }).forEach((pair) => input.setAttribute(...pair));
    input.form.append(this.list, this.told);
    this.listen();
  }

  listen() {
    this.input.addEventListener("input", () => this.wait());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const line = event.target.closest("[data-href]");
      if (line) this.open(line);
    });
  }

  /** Ask once the typing pauses; what was asked before is not waited for any more. */
  wait() {
    clearTimeout(this.timer);
    this.asked?.abort();
    const text = this.input.value.trim();
    if (text.length < LEAST) return this.close();
    this.timer = setTimeout(() => this.ask(text), PAUSE);
  }

  async ask(text) {
    this.asked = new AbortController();
    const address = `${this.input.dataset.suggestions}?${new URLSearchParams({ q: text })}`;
    try {
      const answer = await fetch(address, { signal: this.asked.signal, headers: { "HX-Request": "true" } });
      if (answer.ok && !answer.redirected) this.show(await answer.text());
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  show(lines) {
    this.list.innerHTML = lines; // escaped where it was made, by our own server
    this.setOpen(document.activeElement === this.input);
    this.mark(-1);
    const count = this.lines().length;
    this.told.textContent = count ? `${count} answer${count === 1 ? "" : "s"}` : "Nothing was found";
  }

  key(event) {
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves && !this.list.hidden) {
      event.preventDefault();
      const count = this.lines().length;
      const next = this.at + moves[event.key];
      this.mark(next >= count ? -1 : next < -1 ? count - 1 : next);
    } else if (event.key === "Enter" && this.at >= 0 && !this.list.hidden) {
      event.preventDefault();
      this.open(this.lines()[this.at]);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    }
  }

  lines() {
    return [...this.list.querySelectorAll("[data-href]")];
  }

  mark(at) {
    const lines = this.lines();
    this.at = at;
    lines.forEach((line, index) => line.setAttribute("aria-selected", String(index === at)));
    if (lines[at]) {
      this.input.setAttribute("aria-activedescendant", lines[at].id);
      lines[at].scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  open(line) {
    location.assign(line.dataset.href);
  }

  close() {
    clearTimeout(this.timer);
    this.asked?.abort();
    this.setOpen(false);
    this.told.textContent = "";
  }

  setOpen(isOpen) {
    this.list.hidden = !isOpen;
    this.input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) this.input.removeAttribute("aria-activedescendant");
  }
}
