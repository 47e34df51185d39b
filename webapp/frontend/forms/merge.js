/**
 * Put the fresh fields in place of the old ones, but keep each old field that asks the same as before, with what was typed.
 * Fields within the list `anew` are always taken fresh, because their rows may have moved. Returns whether the questions differ, and the parts
 * that are new to the page.
 */
export function merge(place, fresh, anew) {
  const focused = remember(document.activeElement, place);
  const before = names(place);
  const parts = [];
  for (const part of fresh.querySelectorAll("[data-part]:not(:has([data-part]))")) {
    const old = place.querySelector(`#${CSS.escape(part.id)}`);
    const isSame = part.dataset.mark && old?.dataset.mark === part.dataset.mark;
    if (isSame && !(anew && part.closest(`#${CSS.escape(anew)}`))) part.replaceWith(old);
    else parts.push(part);
  }
  place.replaceChildren(...fresh.childNodes);
  restore(focused);
  return { changed: before !== names(place), parts };
}

function names(place) {
  return [...place.querySelectorAll("[data-part]")].map((part) => part.id + (part.dataset.mark ?? "")).join(" ");
}

/** Moving an element takes the focus from it. */
function remember(element, place) {
  if (!element?.id || !place.contains(element)) return null;
  const hasText = typeof element.selectionStart === "number";
  return { id: element.id, range: hasText ? [element.selectionStart, element.selectionEnd] : null };
}

function restore(focused) {
  const element = focused && document.getElementById(focused.id);
  if (!element) return;
  element.focus({ preventScroll: true });
  if (focused.range) element.setSelectionRange(...focused.range);
}
