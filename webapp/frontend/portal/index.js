// Comfort on every page. Each page works without it; each feature finds its places by a data- attribute.
import "./htmx.js";
import { startGovuk } from "./govuk.js";
import { listenForKeys } from "./keyboard.js";
import { keepDrafts } from "./draft.js";
import { showUploads } from "./upload.js";
import { sendEach } from "./uploads.js";
import { sendOnce } from "./once.js";
import { closeMenus } from "./menus.js";
import { selectMany } from "./selection.js";
import { revealSensitive } from "./sensitive.js";
import { foldOnPhones } from "./fold.js";
import { showCurrentTab } from "./tabs.js";
import { suggestAnswers } from "./search-box.js";
import { searchSelects } from "./combobox.js";
import { enhanceForms } from "../forms/index.js";

listenForKeys();
closeMenus();
sendOnce();
showUploads();
sendEach();
selectMany();
revealSensitive();
foldOnPhones();
showCurrentTab();
suggestAnswers();
enhance(document);
document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));

/** Features that need to see each new piece of a page. */
function enhance(root) {
  startGovuk(root);
  keepDrafts(root);
  searchSelects(root);
  enhanceForms(root);
}
