/** Close the context of a page to its headings where it stands below the work. */
export function foldOnPhones() {
  if (!matchMedia("(max-width: 860px)").matches) return;
  for (const part of document.querySelectorAll("details[data-fold]")) part.open = false;
}
