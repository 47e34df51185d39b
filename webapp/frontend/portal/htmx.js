import htmx from "htmx.org/dist/htmx.esm.js";

Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false, // our stylesheet has them; an injected <style> would break the content policy
  selfRequestsOnly: true,
  historyCacheSize: 0, // pages hold personal data: none of it stays in the browser's storage
  scrollBehavior: "auto",
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "409|422", swap: true, error: false }, // a form with its faults is an answer like any other
    { code: "[45]..", swap: false, error: true },
  ],
});

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("meta[name=csrf-token]")?.content;
  if (token) event.detail.headers["X-CSRFToken"] = token;
});

document.addEventListener("htmx:responseError", () => say("That did not work. Reload the page and try again."));
document.addEventListener("htmx:sendError", () =>
  say("There is no connection. What you typed is still here: try again."),
);

function say(sentence) {
  const place = document.querySelector("[data-announce]");
  if (place) place.textContent = sentence;
}
