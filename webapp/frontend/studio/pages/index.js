// Comfort on the studio's pages that hold no modeller.
import "./messages.css";
import "./pages.css";
import { copyTexts } from "./copy.js";
import { easeEditing } from "./editing.js";
import { fitFrames } from "./fit-frames.js";
import { insertFields } from "./insert.js";
import { proposeNames } from "./propose-names.js";
import { showRepairs } from "./repairs.js";

copyTexts(document);
proposeNames(document);
showRepairs(document);
insertFields(document);
easeEditing(document);
fitFrames(document);
document.addEventListener("htmx:load", (event) => fitFrames(event.detail.elt));
