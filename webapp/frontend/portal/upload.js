/** Show how far an upload is: <form data-upload>, with a <progress hidden> in it. Goes on to the page that answers. */
export function showUploads() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-upload]") || !hasFile(form) || event.defaultPrevented) return;
    event.preventDefault();
    send(form, event.submitter);
  });
}

function hasFile(form) {
  return [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);
}

function send(form, button) {
  const bar = form.querySelector("progress");
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.upload.addEventListener("progress", (event) => advance(bar, event));
  request.setRequestHeader("X-Upload", "1"); // has a redirect told: followed here, its message would be used up
  request.addEventListener("load", () => show(request));
  request.addEventListener("error", () => fail(form, bar));
  request.send(new FormData(form, button));
}

function advance(bar, { loaded, total }) {
  if (!bar || !total) return;
  bar.hidden = false;
  bar.max = total;
  bar.value = loaded;
}

/** Go where the answer leads; a page with faults came without a place to go to and is shown as it is. */
function show(request) {
  const place = request.getResponseHeader("X-Location");
  if (place) return location.assign(place);
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  document.title = page.title;
  document.querySelector("main").replaceWith(page.querySelector("main"));
  document.querySelector(".govuk-error-summary, main")?.focus();
}

function fail(form, bar) {
  if (bar) bar.hidden = true;
  form.removeAttribute("data-sent");
  const place = document.querySelector("[data-announce]");
  if (place) place.textContent = "The file could not be sent: there is no connection. Try again.";
}
