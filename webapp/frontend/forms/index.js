// Comfort on forms: each works without it. `enhanceForms` is called for the page and for every new piece of it.
import { keepFormsLive } from "./live.js";
import { filterChoices } from "./filter.js";
import { showTags } from "./tags.js";
import { reorderLists } from "./reorder.js";
import { sortTables } from "./sort-table.js";

export function enhanceForms(root) {
  keepFormsLive(root);
  filterChoices(root);
  showTags(root);
  reorderLists(root);
  sortTables(root);
}
