/**
 * Make a long <select data-search-select> findable by typing: a text box with a list (ARIA 1.2 combobox) before it.
 * The select stays the field that is sent.
 */
export function searchSelects(root) {
  for (const select of root.querySelectorAll("select[data-search-select]:not([data-enhanced])")) new Combobox(select);
}

const MOST = 50;

class Combobox {
  constructor(select) {
    this.select = select;
    this.at = -1;
    this.build();
    this.listen();
  }

  build() {
    const { select } = this;
    this.input = Object.assign(document.createElement("input"), {
      className: "govuk-input",
      type: "text",
      autocomplete: "off",
      id: select.id,
    });
    this.list = Object.assign(document.createElement("ul"), {
      className: "cw-combobox__list",
      id: `${select.id}-list`,
      hidden: true,
    });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Choices");
    for (const name of ["aria-describedby", "aria-invalid", "required"])
      if (select.hasAttribute(name)) this.input.setAttribute(name, select.getAttribute(name));
    Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    }).forEach((pair) => this.input.setAttribute(...pair));
    if (select.classList.contains("govuk-select--error")) this.input.classList.add("govuk-input--error");
    const frame = Object.assign(document.createElement("div"), { className: "cw-combobox" });
    select.dataset.enhanced = "";
    select.id = `${select.id}-value`;
    select.hidden = true;
    select.before(frame);
    frame.append(this.input, this.list);
    this.showChosen();
  }

  listen() {
    this.input.addEventListener("input", () => this.open(this.input.value));
    this.input.addEventListener("click", () => this.open(""));
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.leave());
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const line = event.target.closest("[role=option]");
      if (line) this.choose(line);
    });
  }

  open(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const found = [...this.select.options].filter(
      (option) => option.value && words.every((word) => option.text.toLowerCase().includes(word)),
    );
    this.list.replaceChildren(...found.slice(0, MOST).map((option) => this.line(option)));
    if (!found.length)
      this.list.append(
        Object.assign(document.createElement("li"), { className: "cw-combobox__none", textContent: "Nothing found" }),
      );
    this.show(true);
    this.mark(words.length && found.length ? 0 : -1);
  }

  line(option) {
    const line = Object.assign(document.createElement("li"), {
      textContent: option.text,
      id: `${this.list.id}-${option.index}`,
    });
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", String(option.selected));
    line.dataset.index = option.index;
    return line;
  }

  key(event) {
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) {
      event.preventDefault();
      if (this.list.hidden) this.open("");
      else this.mark(this.at + moves[event.key]);
    } else if (event.key === "Enter" && !this.list.hidden) {
      event.preventDefault();
      const line = this.lines()[this.at];
      if (line) this.choose(line);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.show(false);
      this.showChosen();
    }
  }

  lines() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  mark(at) {
    const lines = this.lines();
    this.at = Math.min(Math.max(-1, at), lines.length - 1);
    lines.forEach((line, index) => line.classList.toggle("is-marked", index === this.at));
    const marked = lines[this.at];
    marked?.scrollIntoView({ block: "nearest" });
    if (marked) this.input.setAttribute("aria-activedescendant", marked.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  choose(line) {
    this.select.selectedIndex = Number(line.dataset.index);
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
    this.show(false);
    this.showChosen();
  }

  /** Leaving an emptied box takes the choice back; half-typed text becomes what is chosen. */
  leave() {
    if (this.input.value.trim() === "" && this.select.value) {
      this.select.value = "";
      this.select.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.show(false);
    this.showChosen();
  }

  show(isOpen) {
    this.list.hidden = !isOpen;
    this.input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) this.input.removeAttribute("aria-activedescendant");
  }

  showChosen() {
    const option = this.select.selectedOptions[0];
    this.input.value = option?.value ? option.text : "";
  }
}
