// Mounts the replay of a case on <div data-replay>: a diagram, and the events that moved it, one step at a time.
import { mount } from "../diagram/viewer.js";
import { showStates } from "../diagram/states.js";
import { Stepper } from "./stepper.js";

for (const place of document.querySelectorAll("[data-replay]")) start(place);

/**
 * <div data-replay data-states-url="/…">   JSON [{done, active, next, faults, counts}] in the order of events
 *   <div data-diagram-url="…" data-replay-diagram></div>
 *   <input type="range" data-replay-slider> <button data-replay-step="-1|1"> <output data-replay-label>
 *   <li data-replay-event="0">…            the list of events: the one shown is marked and scrolled to
 * </div>
 */
async function start(place) {
  const viewer = await mount(place.querySelector("[data-replay-diagram]"));
  if (!viewer) return;
  const states = await (await fetch(place.dataset.statesUrl, { headers: { Accept: "application/json" } })).json();
  new Stepper(place, states, (state) => show(viewer, state));
}

/** Show one state, with the token that is furthest on in view. */
function show(viewer, state) {
  showStates(viewer, state);
  const here = state.active?.at(-1);
  if (viewer.get("elementRegistry").get(here)) viewer.get("canvas").scrollToElement(here, 60);
}
