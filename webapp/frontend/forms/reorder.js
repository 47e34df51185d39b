/** Let the lines of a list be dragged, and moved by their buttons without a request: <ol data-reorder>. */
export function reorderLists(root) {
  for (const list of root.querySelectorAll("[data-reorder]:not([data-reordered])")) {
    list.dataset.reordered = "";
    new Reorder(list);
  }
}

class Reorder {
  constructor(list) {
    this.list = list;
    this.said = list.parentElement.querySelector("[data-reorder-said]");
    for (const line of this.lines) line.draggable = true;
    list.addEventListener("click", (event) => this.move(event));
    list.addEventListener("dragstart", (event) => this.take(event));
    list.addEventListener("dragover", (event) => this.drag(event));
    list.addEventListener("drop", (event) => event.preventDefault());
    list.addEventListener("dragend", () => this.leave());
  }

  get lines() {
    return [...this.list.querySelectorAll("[data-reorder-line]")];
  }

  move(event) {
    const button = event.target.closest("[data-reorder-move]");
    if (!button) return;
    event.preventDefault();
    const line = button.closest("[data-reorder-line]");
    if (button.dataset.reorderMove === "up") line.previousElementSibling?.before(line);
    else line.nextElementSibling?.after(line);
    button.focus();
    this.tell(line);
  }

  take(event) {
    this.dragged = event.target.closest("[data-reorder-line]");
    event.dataTransfer.effectAllowed = "move";
    this.dragged.classList.add("is-dragged");
  }

  drag(event) {
    const over = event.target.closest("[data-reorder-line]");
    if (!this.dragged || !over) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) over.before(this.dragged);
    else over.after(this.dragged);
  }

  leave() {
    if (!this.dragged) return;
    this.dragged.classList.remove("is-dragged");
    this.tell(this.dragged);
    this.dragged = null;
  }

  tell(line) {
    const name = line.querySelector("[data-reorder-name]").textContent.trim();
    const lines = this.lines;
    const note = this.list.dataset.reorderNote ?? " The order is not saved yet.";
    this.said.textContent = `${name} is number ${lines.indexOf(line) + 1} of ${lines.length}.${note}`;
  }
}
