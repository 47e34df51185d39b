// Mounts a diagram to read on each <div data-diagram-url="…">: see viewer.js for its attributes.
import { mount } from "./viewer.js";

for (const place of document.querySelectorAll("[data-diagram-url]")) mount(place);
