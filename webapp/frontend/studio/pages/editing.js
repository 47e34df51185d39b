/** In an editor of a message: a fault leads to its line, and leaving with something unsaved asks first. */
export function easeEditing(root) {
  const form = root.querySelector("[data-editor]");
  if (!form) return;
  root.documentElement.classList.add("can-preview"); // while one types: the button is for pages without script
  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-go-line]");
    if (!link) return;
    event.preventDefault();
    go(form.querySelector(link.hash), Number(link.dataset.goLine));
  });
  askBeforeLeaving(form);
  addEventListener("load", () => tellOfWhatStands(form));
}

/** What was typed before this script had come, or was put back by the browser, is looked at too. */
function tellOfWhatStands(form) {
  const changed = [...form.elements].find((field) => field.value !== (field.defaultValue ?? field.value));
  changed?.dispatchEvent(new Event("input", { bubbles: true }));
}

function go(field, line) {
  const lines = field.value.split("\n");
  const start = lines.slice(0, Math.max(0, line - 1)).join("\n").length + (line > 1 ? 1 : 0);
  field.focus();
  if (line) field.setSelectionRange(start, start + lines[line - 1].length);
  const height = field.scrollHeight / lines.length;
  field.scrollTop = Math.max(0, (line - 3) * height);
}

function askBeforeLeaving(form) {
  let isSaved = true;
  form.addEventListener("input", () => (isSaved = false));
  form.addEventListener("submit", () => (isSaved = true));
  window.addEventListener("beforeunload", (event) => isSaved || event.preventDefault());
}
