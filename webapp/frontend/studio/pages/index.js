// Comfort on the studio's pages that hold no modeller.
import "./messages.css";
import "./pages.css";
import { copyTexts } from "./copy.js";
import { fitFrames } from "./fit-frames.js";
import { proposeNames } from "./propose-names.js";
import { showRepairs } from "./repairs.js";

copyTexts(document);
proposeNames(document);
showRepairs(document);
fitFrames(document);
document.addEventListener("htmx:load", (event) => fitFrames(event.detail.elt));
