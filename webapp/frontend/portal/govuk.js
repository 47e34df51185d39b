import { createAll, CharacterCount, Checkboxes, ErrorSummary, PasswordInput, Radios } from "govuk-frontend";

/** Start the parts of govuk-frontend that pages use; each shows everything when scripts do not run. */
export function startGovuk(root) {
  document.body.classList.add("js-enabled", "govuk-frontend-supported");
  for (const Component of [CharacterCount, Checkboxes, ErrorSummary, PasswordInput, Radios])
    createAll(Component, {}, root);
}
