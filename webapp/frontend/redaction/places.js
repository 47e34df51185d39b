import { show } from "./canvas.js";

/** The list of places that are struck out, kept in step with the rectangles on the pages. */
export class Places {
  constructor(form) {
    this.form = form;
    this.list = form.querySelector("[data-redaction-list]");
    this.line = form.querySelector("[data-redaction-line]");
    this.said = form.querySelector("[data-redaction-said]");
    this.count = this.list.children.length;
    this.list.addEventListener("change", ({ target }) => this.follow(target));
  }

  add(page, box) {
    const number = page.dataset.redactionPage;
    const reason = this.form.elements.reason.value.trim();
    if (!reason) {
      this.form.elements.reason.focus();
      this.said.textContent = "Say why first, then draw again.";
      return;
    }
    const value = `${number},${box.map((side) => side.toFixed(4)).join(",")}|${reason.replaceAll("|", " ")}|`;
    this.append(value, `Page ${number}`, reason);
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    rect.dataset.redactionOf = value;
    show(rect, box);
    page.append(rect);
    this.said.textContent = `A place on page ${number} is marked.`;
  }

  append(value, name, reason) {
    const line = this.line.content.cloneNode(true);
    const [box, label] = [line.querySelector("input"), line.querySelector("label")];
    box.id = label.htmlFor = `mark-${++this.count}`;
    box.value = value;
    line.querySelector("[data-redaction-name]").textContent = name;
    line.querySelector("[data-redaction-reason]").textContent = reason;
    this.list.append(line);
    this.form.querySelector("[data-redaction-none]").hidden = true;
    this.form.querySelector("[data-redaction-hint]").hidden = false;
  }

  /** Show the rectangle of a place only while its box is ticked. */
  follow(box) {
    for (const rect of this.form.querySelectorAll("[data-redaction-of]")) {
      if (rect.dataset.redactionOf === box.value) rect.classList.toggle("is-left", !box.checked);
    }
  }
}
