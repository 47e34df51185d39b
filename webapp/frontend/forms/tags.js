/** Show what is ticked in a long list as tags over it, each with a button that takes it away: <div data-tags>. */
export function showTags(root) {
  for (const field of root.querySelectorAll("[data-tags]:not([data-tagged])")) {
    field.dataset.tagged = "";
    new Tags(field);
  }
}

class Tags {
  constructor(field) {
    this.field = field;
    this.list = Object.assign(document.createElement("ul"), { className: "cw-tags" });
    this.list.setAttribute("aria-label", "Chosen");
    field.querySelector(".cw-filter, .govuk-checkboxes").before(this.list);
    field.addEventListener("change", () => this.draw());
    this.draw();
  }

  draw() {
    const boxes = [...this.field.querySelectorAll("input[type=checkbox]:checked")];
    this.list.replaceChildren(...boxes.map((box) => this.tag(box)));
    this.list.hidden = !boxes.length;
  }

  tag(box) {
    const name = box.labels[0].textContent.trim();
    const button = Object.assign(document.createElement("button"), {
      type: "button",
      textContent: "×",
      className: "cw-tags__remove",
    });
    button.setAttribute("aria-label", `Remove ${name}`);
    button.addEventListener("click", () => this.remove(box));
    const tag = Object.assign(document.createElement("li"), { className: "cw-tags__tag", textContent: name });
    tag.append(button);
    return tag;
  }

  remove(box) {
    box.checked = false;
    box.dispatchEvent(new Event("change", { bubbles: true }));
    (this.list.querySelector("button") ?? box).focus();
  }
}
