// Mounts the BPMN modeller on each <div data-studio data-url="…">: see modeler.js for its attributes.
import { mount } from "./modeler.js";

for (const place of document.querySelectorAll("[data-studio]")) mount(place);
