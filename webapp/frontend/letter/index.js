// Shows a .docx on <div data-letter-url="…">; the link to download it inside stays for readers without JavaScript.
import { renderAsync } from "docx-preview";
import "./letter.css";

for (const place of document.querySelectorAll("[data-letter-url]")) show(place);

async function show(place) {
  const page = document.createElement("div");
  try {
    const answer = await fetch(place.dataset.letterUrl);
    if (!answer.ok) throw new Error(String(answer.status));
    await renderAsync(await answer.blob(), page, page, { className: "cw-letter", ignoreFonts: false, useBase64URL: true });
    place.append(page);
    place.classList.add("is-ready");
  } catch {
    place.classList.add("has-failed");
  }
}
