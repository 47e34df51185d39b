/** A second click on a button that sends does nothing; the server refuses a second sending anyway.
 * A button that fetches a file leaves the page as it is: with data-again it may be pressed as often as one likes. */
export function sendOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (event.submitter?.dataset.again !== undefined) return;
    if (form.dataset.sent !== undefined) return event.preventDefault();
    form.dataset.sent = "";
    event.submitter?.setAttribute("aria-disabled", "true");
  });
  // Coming back by the browser's Back button shows the page as it was left: let it send again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) form.removeAttribute("data-sent");
    for (const button of document.querySelectorAll("form [aria-disabled=true]"))
      button.removeAttribute("aria-disabled");
  });
}
