// Comfort on the studio's pages that hold no modeller.
import "./pages.css";
import { copyTexts } from "./copy.js";
import { proposeNames } from "./propose-names.js";
import { showRepairs } from "./repairs.js";

copyTexts(document);
proposeNames(document);
showRepairs(document);
