/** Put a box over a long list of choices that hides those without the words typed into it: <div data-filter>. */
export function filterChoices(root) {
  for (const field of root.querySelectorAll("[data-filter]:not([data-filtered])")) {
    field.dataset.filtered = "";
    addBox(field);
  }
}

function addBox(field) {
  const list = field.querySelector(".govuk-checkboxes");
  const legend = field.querySelector("legend")?.textContent.trim() ?? "the choices";
  const box = Object.assign(document.createElement("input"), {
    type: "search",
    className: "govuk-input cw-filter",
    placeholder: "Filter",
  });
  box.setAttribute("aria-label", `Filter: ${legend}`);
  box.addEventListener("input", () => show(list, box.value));
  box.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault()); // must not send the form
  list.before(box);
}

function show(list, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  for (const item of list.querySelectorAll(".govuk-checkboxes__item")) {
    const label = item.textContent.toLowerCase();
    item.hidden = !words.every((word) => label.includes(word));
  }
}
