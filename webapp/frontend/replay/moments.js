const PARTS = "[data-replay-part]";

/** Fetches the page of another moment and takes over the parts of it that differ. The last one asked for wins. */
export class Moments {
  constructor(form) {
    this.here = form.getAttribute("action");
    this.at = Number(form.dataset.at);
    this.last = Number(form.dataset.last);
    this.known = new Map(); // pages as fetched; the one in the browser changes
    this.onShown = () => {};
    window.addEventListener("popstate", () => this.show(this.asked(), { keep: false }));
  }

  /** What the diagram shows at this moment, as the server worked it out. */
  get marks() {
    return JSON.parse(document.querySelector("[data-marks]").dataset.marks);
  }

  asked() {
    const at = Number(new URLSearchParams(location.search).get("at"));
    return Number.isInteger(at) && at > 0 ? at : this.last;
  }

  async show(sequence, { keep = true } = {}) {
    const wanted = Math.min(Math.max(1, sequence), this.last);
    if (wanted === this.at) return;
    this.at = wanted;
    let page;
    try {
      page = await this.page(wanted);
    } catch {
      location.assign(this.address(wanted)); // the server says what is wrong, or asks to sign in
      return;
    }
    if (wanted !== this.at) return; // another moment was asked for meanwhile
    if (keep) history.replaceState(null, "", this.address(wanted));
    takeOver(page);
    this.onShown(wanted);
    this.page(Math.min(wanted + 1, this.last)).catch(() => {}); // so that the next step is there at once
  }

  /** Where the diagram of this moment is. */
  diagram() {
    const place = document.querySelector("[data-replay-diagram]");
    return place.dataset.diagramUrl.replace(/\bat=\d+/, `at=${this.at}`);
  }

  address(sequence) {
    return `${this.here}?at=${sequence}`;
  }

  async page(sequence) {
    if (!this.known.has(sequence)) this.known.set(sequence, parse(await load(this.address(sequence))));
    return this.known.get(sequence);
  }
}

async function load(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return answer.text();
}

function parse(text) {
  return new DOMParser().parseFromString(text, "text/html");
}

function takeOver(page) {
  for (const part of document.querySelectorAll(PARTS)) {
    const fresh = page.querySelector(`[data-replay-part="${part.dataset.replayPart}"]`);
    if (!fresh) continue;
    const unfolded = [...part.querySelectorAll("details[open][id]")].map((one) => one.id);
    const copy = document.importNode(fresh, true);
    for (const id of unfolded) copy.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
    part.replaceChildren(...copy.childNodes);
  }
}
