const PACE = 1400; // milliseconds between two events when it plays by itself

/** The slider, the buttons, the list of events and the keys: all ways to go to another moment. */
export class Transport {
  constructor(form, show) {
    this.form = form;
    this.show = show;
    this.last = Number(form.dataset.last);
    this.at = Number(form.dataset.at);
    this.slider = form.querySelector("[data-replay-slider]");
    this.player = form.querySelector("[data-replay-play]");
    this.list = document.querySelector("[data-replay-list]");
    this.player.hidden = false;
    this.listen();
  }

  listen() {
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.slider.addEventListener("input", () => this.goTo(Number(this.slider.value)));
    this.player.addEventListener("click", () => (this.timer ? this.pause() : this.play()));
    document.addEventListener("click", (event) => this.follow(event));
    document.addEventListener("keydown", (event) => this.step(event));
  }

  /** Let the arrow keys step when they would do nothing else: not in the diagram, a field or the slider itself. */
  step(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const steps = { ArrowLeft: -1, ArrowRight: 1 };
    const isFree =
      event.target === document.body || this.list.contains(event.target) || this.form.contains(event.target);
    if (!steps[event.key] || !isFree || event.target === this.slider) return;
    event.preventDefault();
    this.pause();
    this.goTo(this.at + steps[event.key]);
  }

  /** Take the links that lead to another moment of this case; what opens a new tab is left alone. */
  follow(event) {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target.closest?.("a[data-replay-go], a[data-replay-event]");
    if (!link) return;
    event.preventDefault();
    this.pause();
    if (link.getAttribute("aria-disabled") !== "true") this.goTo(this.target(link));
  }

  target(link) {
    const steps = { first: 1, former: this.at - 1, next: this.at + 1, last: this.last };
    return link.dataset.replayEvent ? Number(link.dataset.replayEvent) : steps[link.dataset.replayGo];
  }

  goTo(sequence) {
    this.at = Math.min(Math.max(1, sequence), this.last);
    this.slider.value = String(this.at);
    this.show(this.at);
  }

  play() {
    if (this.at === this.last) this.goTo(1);
    this.say("Pause", true);
    this.timer = setInterval(() => (this.at < this.last ? this.goTo(this.at + 1) : this.pause()), PACE);
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    this.say("Play", false);
  }

  say(word, isPressed) {
    this.player.querySelector("span").textContent = word;
    this.player.setAttribute("aria-pressed", String(isPressed));
    this.player.toggleAttribute("data-playing", isPressed);
  }

  /** Say where we are: on the slider, in the list, to whoever listens rather than looks. */
  point(sequence) {
    this.at = sequence;
    this.slider.value = String(sequence);
    const line = this.markLine(sequence);
    const sentence = line?.textContent.replace(/^\s*\d+\s*/, "").trim() ?? "";
    this.slider.setAttribute("aria-valuetext", `Event ${sequence} of ${this.last}: ${sentence}`);
    const ends = { first: 1, former: 1, next: this.last, last: this.last };
    for (const link of this.form.querySelectorAll("[data-replay-go]")) {
      if (ends[link.dataset.replayGo] === sequence) link.setAttribute("aria-disabled", "true");
      else link.removeAttribute("aria-disabled");
    }
    if (document.activeElement !== this.slider) announce(`Event ${sequence} of ${this.last}: ${sentence}`);
  }

  markLine(sequence) {
    let here = null;
    for (const line of this.list.querySelectorAll("[data-replay-event]")) {
      const isHere = Number(line.dataset.replayEvent) === sequence;
      if (isHere) here = line;
      if (isHere) line.setAttribute("aria-current", "step");
      else line.removeAttribute("aria-current");
    }
    if (here) keepInView(this.list, here);
    return here;
  }
}

/** Scroll the list, never the page. */
function keepInView(list, line) {
  const frame = list.getBoundingClientRect();
  const box = line.getBoundingClientRect();
  if (box.top < frame.top + 24) list.scrollTop -= frame.top + 24 - box.top;
  if (box.bottom > frame.bottom - 24) list.scrollTop += box.bottom - frame.bottom + 24;
}

function announce(sentence) {
  const place = document.querySelector("[data-announce]");
  if (place) place.textContent = sentence;
}
