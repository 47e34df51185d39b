// Draws places to strike out on the pages of a document: <form data-redaction>. Each is a line of the list, with a box
// to untick; without JavaScript words and whole pages are struck out by the same form.
import { Canvas } from "./canvas.js";
import { Places } from "./places.js";

for (const form of document.querySelectorAll("[data-redaction]")) start(form);

function start(form) {
  const places = new Places(form);
  const toggle = form.querySelector("[data-redaction-toggle]");
  for (const hint of form.querySelectorAll("[data-redaction-draw]")) hint.hidden = false;
  toggle.hidden = !matchMedia("(pointer: coarse)").matches;
  toggle.addEventListener("click", () => {
    toggle.setAttribute("aria-pressed", String(!isPressed(toggle)));
    form.classList.toggle("is-drawing", isPressed(toggle)); // fingers draw then, and do not scroll
  });
  for (const page of form.querySelectorAll("[data-redaction-page]")) {
    new Canvas(page, { draws: (event) => event.pointerType === "mouse" || isPressed(toggle), done: (box) => places.add(page, box) });
  }
}

function isPressed(button) {
  return button.getAttribute("aria-pressed") === "true";
}
