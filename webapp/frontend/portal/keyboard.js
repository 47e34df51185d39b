const PREFERENCE = "casewright.single-keys";
const GO = { h: "/", c: "/cases", p: "/people", a: "/homes" };
let waitsForSecond = false;

/**
 * `/` search, `g h` home, `g c` cases, `j` `k` through a list, `x` choose a line of it, `a` hand on what is chosen,
 * `?` help. Can be switched off in the help (WCAG 2.1.4).
 */
export function listenForKeys() {
  document.addEventListener("keydown", answer);
  const choice = document.querySelector("[data-single-keys]");
  if (!choice) return;
  choice.checked = areOn();
  choice.addEventListener("change", () => localStorage.setItem(PREFERENCE, choice.checked ? "on" : "off"));
}

function areOn() {
  return localStorage.getItem(PREFERENCE) !== "off";
}

function answer(event) {
  if (!areOn() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (waitsForSecond) return goTo(event);
  const act = { "/": focusSearch, "?": openHelp, g: waitForSecond, j: () => move(1), k: () => move(-1), x: choose, a: handOn }[event.key];
  if (act && act() !== false) event.preventDefault();
}

function isTyping(target) {
  return (
    target.isContentEditable ||
    target.matches("textarea, select, input:not([type='checkbox'], [type='radio'])") ||
    target.closest(".bjs-container, .fjs-container, .dmn-js-parent, dialog")
  );
}

function waitForSecond() {
  waitsForSecond = true;
  setTimeout(() => (waitsForSecond = false), 1200);
}

function goTo(event) {
  waitsForSecond = false;
  const own = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
  const address = own?.href || GO[event.key];
  if (!address) return;
  event.preventDefault();
  location.assign(address);
}

function focusSearch() {
  const box = document.querySelector("[data-search]");
  box?.focus();
  box?.select();
  return Boolean(box);
}

function openHelp() {
  const help = document.querySelector("dialog[data-keyboard-help]");
  if (!help || help.open) return false;
  help.showModal();
}

/** Move the focus to the next or former line of the list on this page. */
function move(by) {
  const lines = [...document.querySelectorAll("[data-list] [data-line]")];
  if (!lines.length) return false;
  const at = lines.findIndex((line) => line.contains(document.activeElement));
  const next = lines[Math.min(Math.max(0, at < 0 ? 0 : at + by), lines.length - 1)];
  (next.querySelector("a[href], button") || next).focus();
  next.scrollIntoView({ block: "nearest" });
}

/** Choose the line that has the focus, or no longer. */
function choose() {
  const box = document.activeElement?.closest("[data-line]")?.querySelector("[data-select]");
  box?.click();
  return Boolean(box);
}

/** Go to where the chosen lines are handed on, or else the one that has the focus. */
function handOn() {
  const form = document.querySelector("[data-selection]");
  const place = form?.querySelector("[data-hand-on] :is(input:not([type='hidden']), select):not([hidden])");
  if (form?.hasAttribute("data-has-selection") && place) {
    place.focus();
    return true;
  }
  const link = document.activeElement?.closest("[data-line]")?.querySelector("[data-assign]");
  link?.click();
  return Boolean(link);
}
