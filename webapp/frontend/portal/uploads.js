/** Send files one after another, each with its own progress: <form data-upload-each> with <ul data-uploads hidden>. */
export function sendEach() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-upload-each]") || event.defaultPrevented) return;
    const chosen = filesOf(form);
    if (!chosen.length) return;
    event.preventDefault();
    sendAll(form, chosen);
  });
}

function filesOf(form) {
  return [...form.querySelectorAll("input[type=file]")].flatMap((input) =>
    [...input.files].map((file) => ({ name: input.name, file })),
  );
}

async function sendAll(form, chosen) {
  const list = form.querySelector("[data-uploads]");
  list.replaceChildren();
  list.hidden = false;
  const lines = chosen.map((one) => ({ ...one, line: addLine(list, one.file.name) }));
  let refused = 0;
  for (const { name, file, line } of lines) {
    const answer = await send(form, name, file, chosen.length, line);
    tell(line, answer);
    refused += answer.ok ? 0 : 1;
  }
  if (refused === 0) return location.assign(location.pathname);
  form.removeAttribute("data-sent");
  form.querySelector("[type=submit]").removeAttribute("aria-disabled");
  for (const input of form.querySelectorAll("input[type=file]")) input.value = "";
  if (refused < lines.length) addLink(list);
}

/** Send one file with the other fields of the form; the title is for a single file alone. */
function send(form, name, file, count, line) {
  const data = new FormData(form);
  for (const input of form.querySelectorAll("input[type=file]")) data.delete(input.name);
  if (count > 1) data.delete("title");
  data.append(name, file);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", ({ loaded, total }) => advance(line, loaded, total));
    request.addEventListener("load", () => resolve({ ok: request.status === 201, said: sentence(request) }));
    request.addEventListener("error", () => resolve({ ok: false, said: "There is no connection. Try again." }));
    request.send(data);
  });
}

function sentence(request) {
  try {
    const { detail, errors } = JSON.parse(request.responseText);
    return errors ? Object.values(errors).join(" ") : (detail ?? "");
  } catch {
    return "It could not be sent. Try again.";
  }
}

function addLine(list, name) {
  const line = document.createElement("li");
  const label = document.createElement("span");
  const bar = document.createElement("progress");
  const said = document.createElement("span");
  label.textContent = name;
  bar.setAttribute("aria-label", `How much of ${name} has been sent`);
  bar.max = 1;
  bar.value = 0;
  line.append(label, bar, said);
  list.append(line);
  return line;
}

function advance(line, loaded, total) {
  const bar = line.querySelector("progress");
  if (!total) return;
  bar.max = total;
  bar.value = loaded;
}

function tell(line, { ok, said }) {
  line.classList.add(ok ? "is-done" : "is-refused");
  line.querySelector("progress").remove();
  line.lastElementChild.textContent = ok ? "Added" : said;
}

function addLink(list) {
  const line = document.createElement("li");
  const link = document.createElement("a");
  link.href = location.pathname;
  link.textContent = "Show the documents that were added";
  line.append(link);
  list.append(line);
}
