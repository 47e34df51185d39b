/** Let the headings of a table sort it, and show it a page at a time: <div data-sort-table data-page-size="10">. */
export function sortTables(root) {
  for (const place of root.querySelectorAll("[data-sort-table]:not([data-sorted])")) {
    place.dataset.sorted = "";
    new SortTable(place);
  }
}

class SortTable {
  constructor(place) {
    this.place = place;
    this.body = place.querySelector("tbody");
    this.rows = [...this.body.rows].filter((row) => row.querySelector("[data-label]"));
    this.size = Number(place.dataset.pageSize) || 10;
    this.page = 0;
    if (this.rows.length < 2) return;
    place.querySelectorAll("thead th").forEach((heading, column) => this.addButton(heading, column));
    if (this.rows.length > this.size) this.addPager();
    this.draw();
  }

  addButton(heading, column) {
    const button = Object.assign(document.createElement("button"), {
      type: "button",
      className: "cw-sort",
      textContent: heading.textContent,
    });
    button.addEventListener("click", () => this.sort(heading, column));
    heading.setAttribute("aria-sort", "none");
    heading.replaceChildren(button);
  }

  sort(heading, column) {
    const ascending = heading.getAttribute("aria-sort") !== "ascending";
    for (const other of this.place.querySelectorAll("thead th")) other.setAttribute("aria-sort", "none");
    heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    this.rows.sort((one, two) => (ascending ? 1 : -1) * compare(text(one, column), text(two, column)));
    this.page = 0;
    this.draw();
  }

  addPager() {
    const pager = Object.assign(document.createElement("div"), { className: "cw-pager" });
    this.where = document.createElement("span");
    this.where.setAttribute("role", "status");
    this.back = this.step("Previous", -1);
    this.next = this.step("Next", 1);
    pager.append(this.back, this.where, this.next);
    this.place.append(pager);
  }

  step(name, by) {
    const button = Object.assign(document.createElement("button"), {
      type: "button",
      textContent: name,
      className: "govuk-button govuk-button--secondary cw-button--small",
    });
    button.addEventListener("click", () => {
      this.page += by;
      this.draw();
    });
    return button;
  }

  draw() {
    const start = this.page * this.size;
    this.body.replaceChildren(...this.rows.slice(start, start + this.size));
    if (!this.where) return;
    this.where.textContent = `${start + 1} to ${Math.min(start + this.size, this.rows.length)} of ${this.rows.length}`;
    this.back.disabled = this.page === 0;
    this.next.disabled = start + this.size >= this.rows.length;
  }
}

function text(row, column) {
  return row.cells[column].textContent.trim();
}

/** Numbers by size, days written in words by date, the rest by the alphabet. */
function compare(one, two) {
  const [first, second] = [value(one), value(two)];
  if (typeof first === "number" && typeof second === "number") return first - second;
  return one.localeCompare(two, "en-GB", { numeric: true });
}

function value(written) {
  const number = Number(written.replace(/[£,]/g, ""));
  if (written && !Number.isNaN(number)) return number;
  const day = /^\d{1,2} [A-Z][a-z]+ \d{4}/.exec(written);
  return day ? Date.parse(`${day[0]} UTC`) : written;
}
