/** Walks through states by slider, buttons, arrow keys and the list of events. */
export class Stepper {
  constructor(place, states, show) {
    this.place = place;
    this.states = states;
    this.show = show;
    this.slider = place.querySelector("[data-replay-slider]");
    this.listen();
    this.goTo(Number(new URLSearchParams(location.search).get("at") ?? states.length - 1));
  }

  listen() {
    this.slider.max = String(Math.max(0, this.states.length - 1));
    this.slider.addEventListener("input", () => this.goTo(Number(this.slider.value)));
    for (const button of this.place.querySelectorAll("[data-replay-step]"))
      button.addEventListener("click", () => this.goTo(this.at + Number(button.dataset.replayStep)));
    for (const line of this.place.querySelectorAll("[data-replay-event]"))
      line.addEventListener("click", () => this.goTo(Number(line.dataset.replayEvent)));
  }

  goTo(wanted) {
    if (!this.states.length) return;
    this.at = Math.min(Math.max(0, wanted || 0), this.states.length - 1);
    this.slider.value = String(this.at);
    this.show(this.states[this.at]);
    this.point();
  }

  /** Say where we are: in the list of events, in words, and to whoever else on the page listens. */
  point() {
    for (const line of this.place.querySelectorAll("[data-replay-event]")) {
      const here = Number(line.dataset.replayEvent) === this.at;
      line.toggleAttribute("data-here", here);
      if (here) line.setAttribute("aria-current", "step");
      else line.removeAttribute("aria-current");
      if (here) line.scrollIntoView({ block: "nearest" });
    }
    const label = this.place.querySelector("[data-replay-label]");
    if (label) label.textContent = `Event ${this.at + 1} of ${this.states.length}`;
    this.place.dispatchEvent(new CustomEvent("replay:step", { detail: { at: this.at, state: this.states[this.at] } }));
  }
}
