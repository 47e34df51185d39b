const SIGNS = { error: ["!", "Error"], warning: ["!", "Warning"], info: ["i", "Hint"], done: ["✓", ""] };

/**
 * The list of faults under an editor. `select(fault)` shows the place of a fault of this file and says whether it could;
 * `mark(faults)` is called with those of this file, to mark them where they are.
 */
export class Problems {
  constructor(place, { url, path, select, mark = () => {} }) {
    Object.assign(this, { place, url, path, select, mark, isOpen: true });
  }

  /** Ask the server for the faults of what is saved, and show them. */
  async refresh() {
    const answer = await fetch(this.url, { headers: { Accept: "application/json" } });
    if (!answer.ok) return null;
    const found = await answer.json();
    this.show(found);
    return found;
  }

  show({ faults, errors, warnings, infos }) {
    this.place.hidden = false;
    this.place.replaceChildren(this.head(errors, warnings, infos), this.list(faults));
    this.mark(faults.filter((fault) => fault.file === this.path));
  }

  head(errors, warnings, infos) {
    const head = element("button", "cw-problems__head", { type: "button", "aria-expanded": String(this.isOpen) });
    head.append("Problems");
    const counts = [
      [errors, "error", "errors"],
      [warnings, "warning", "warnings"],
      [infos, "info", "hints"],
    ];
    const shown = counts.filter(([count]) => count);
    for (const [count, kind, words] of shown) {
      const counted = element("span", "cw-problems__count");
      counted.append(sign(kind, false), `${count} ${count === 1 ? words.slice(0, -1) : words}`);
      head.append(counted);
    }
    if (!shown.length) {
      const none = element("span", "cw-problems__count");
      none.append(sign("done", false), "None: it can be deployed");
      head.append(none);
    }
    head.addEventListener("click", () => this.fold(head));
    return head;
  }

  fold(head) {
    this.isOpen = !this.isOpen;
    head.setAttribute("aria-expanded", String(this.isOpen));
    head.nextElementSibling.hidden = !this.isOpen;
  }

  list(faults) {
    const list = element("ul", "cw-problems__list");
    list.hidden = !this.isOpen;
    for (const fault of faults) {
      const line = document.createElement("li");
      line.append(this.item(fault));
      list.append(line);
    }
    return list;
  }

  item(fault) {
    const isHere = fault.file === this.path;
    const item = isHere
      ? element("button", "cw-problems__item", { type: "button" })
      : element("a", "cw-problems__item", { href: fault.href || "#" });
    const words = document.createElement("span");
    const message = document.createElement("strong");
    message.textContent = fault.message;
    const remedy = element("span", "cw-problems__remedy");
    remedy.textContent = ` ${fault.remedy}`;
    words.append(message, remedy);
    if (!isHere) {
      const where = element("span", "cw-problems__place");
      where.textContent = ` ${fault.file}`;
      words.append(where);
    }
    item.append(sign(fault.severity), words);
    if (isHere) item.addEventListener("click", () => this.select(fault));
    if (fault.element) item.dataset.element = fault.element;
    return item;
  }
}

function sign(kind, isTold = true) {
  const [letter, word] = SIGNS[kind];
  const made = element("span", `cw-problems__sign cw-problems__sign--${kind}`);
  made.textContent = letter;
  if (isTold) {
    made.setAttribute("role", "img");
    made.setAttribute("aria-label", word);
  } else {
    made.setAttribute("aria-hidden", "true");
  }
  return made;
}

function element(tag, className, attributes = {}) {
  const made = document.createElement(tag);
  made.className = className;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
