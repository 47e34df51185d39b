/** Insert a field where the cursor was: <form data-editor> with fields [data-insert-into], and buttons [data-insert]. */
export function insertFields(root) {
  const form = root.querySelector("[data-editor]");
  let field = form?.querySelector("textarea:not([readonly])");
  if (!field) return;
  root.documentElement.classList.add("can-insert");
  form.addEventListener("focusin", ({ target }) => {
    if (target.matches("[data-insert-into]")) field = target;
  });
  root.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-insert]");
    if (!button) return;
    insert(field, button.closest("[data-paste]").querySelector("code").textContent);
    say(root, "Inserted.");
  });
}

/** Typed as a person would, so that undoing takes it out again; where the browser cannot, it is put in. */
function insert(field, text) {
  field.focus();
  if (document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function say(root, sentence) {
  const place = root.querySelector("[data-announce]");
  if (place) place.textContent = sentence;
}
