const LEAST = 0.004; // of a page: a click draws nothing

/** Lets a rectangle be drawn on a page with a mouse, a pen or a finger; `done` is given its four sides, parts of 1. */
export class Canvas {
  constructor(page, { draws, done }) {
    this.page = page;
    this.draws = draws;
    this.done = done;
    page.addEventListener("pointerdown", (event) => this.begin(event));
    page.addEventListener("pointermove", (event) => this.go(event));
    page.addEventListener("pointerup", (event) => this.end(event));
    page.addEventListener("pointercancel", () => this.forget());
    page.addEventListener("touchstart", (event) => this.rect && event.preventDefault(), { passive: false });
    page.addEventListener("touchmove", (event) => this.rect && event.preventDefault(), { passive: false });
  }

  begin(event) {
    if (event.button !== 0 || !this.draws(event)) return;
    event.preventDefault();
    this.page.setPointerCapture(event.pointerId);
    this.from = this.place(event);
    this.rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    this.rect.classList.add("is-drawn");
    this.page.append(this.rect);
  }

  go(event) {
    if (this.rect) show(this.rect, between(this.from, this.place(event)));
  }

  end(event) {
    if (!this.rect) return;
    const box = between(this.from, this.place(event));
    this.forget();
    if (box[2] - box[0] > LEAST && box[3] - box[1] > LEAST) this.done(box);
  }

  forget() {
    this.rect?.remove();
    this.rect = null;
  }

  place(event) {
    const box = this.page.getBoundingClientRect();
    return [within((event.clientX - box.left) / box.width), within((event.clientY - box.top) / box.height)];
  }
}

/** Give a rectangle its sides. */
export function show(rect, [left, top, right, bottom]) {
  for (const [name, value] of Object.entries({ x: left, y: top, width: right - left, height: bottom - top })) {
    rect.setAttribute(name, value);
  }
}

function between([x1, y1], [x2, y2]) {
  return [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)];
}

function within(part) {
  return Math.min(1, Math.max(0, part));
}
