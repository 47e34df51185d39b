import { Idiomorph } from "idiomorph";

const PARTS = "[data-part]:not(:has([data-part]))";

/**
 * Bring the questions to what the server says they are now, without touching those that ask the same as before: they stay in the page with
 * what was typed, the focus and an unfinished word of a phone's keyboard. Fields within the list `anew` are always taken fresh, because
 * their rows may have moved. Returns whether the questions differ, and the parts that are new to the page.
 */
export function merge(place, fresh, anew) {
  const before = names(place);
  const stays = (old, part) => part.dataset.mark && old.dataset.mark === part.dataset.mark && !(anew && part.closest(`#${CSS.escape(anew)}`));
  const kept = new Set();
  for (const part of fresh.querySelectorAll(PARTS)) {
    const old = place.querySelector(`#${CSS.escape(part.id)}`);
    if (old && stays(old, part)) kept.add(old);
    else old?.replaceWith(part.cloneNode(true));
  }
  Idiomorph.morph(place, fresh.innerHTML, {
    morphStyle: "innerHTML",
    callbacks: { beforeNodeMorphed: (old) => !(old instanceof Element && old.matches(PARTS)) },
  });
  const parts = [...place.querySelectorAll(PARTS)].filter((part) => !kept.has(part));
  return { changed: before !== names(place), parts };
}

function names(place) {
  return [...place.querySelectorAll("[data-part]")].map((part) => part.id + (part.dataset.mark ?? "")).join(" ");
}
