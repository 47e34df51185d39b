// Comfort on the studio's pages that hold no modeller.
import "./pages.css";
import { proposeNames } from "./propose-names.js";
import { showRepairs } from "./repairs.js";

proposeNames(document);
showRepairs(document);
