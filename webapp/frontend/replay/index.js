// The replay page of a case: walks through its moments without loading the page anew. Every moment has its address,
// and the page works without this: then each step is a link.
import { mount, redraw } from "../diagram/viewer.js";
import "./replay.css";
import { showMarks } from "./marks.js";
import { Moments } from "./moments.js";
import { Transport } from "./transport.js";

const form = document.querySelector("form[data-replay]");
if (form) start(form);

async function start(form) {
  const moments = new Moments(form);
  const transport = new Transport(form, (sequence) => moments.show(sequence));
  const place = document.querySelector("[data-replay-diagram]");
  const elements = JSON.parse(place.dataset.elements);
  moments.onShown = (sequence) => transport.point(sequence);
  transport.point(moments.at);

  const viewer = await mount(place);
  if (!viewer) return;
  let version = moments.marks.version;
  const draw = async () => {
    const marks = moments.marks;
    if (marks.version !== version) {
      version = marks.version;
      await redraw(viewer, moments.diagram());
    }
    if (marks.version === version) showMarks(viewer, marks); // no other moment was asked for meanwhile
  };
  moments.onShown = (sequence) => {
    transport.point(sequence);
    draw();
  };
  draw();
  place.addEventListener("diagram:select", ({ detail }) => elements[detail.id] && transport.goTo(elements[detail.id]));
}
