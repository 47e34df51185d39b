// Shows a .docx on <div data-letter-url="…">, or on <div data-letter-form="id"> the one that this form would download;
// what stands inside stays for readers without JavaScript.
import { renderAsync } from "docx-preview";
import "./letter.css";

const options = { className: "cw-letter", useBase64URL: true };

for (const place of document.querySelectorAll("[data-letter-url], [data-letter-form]")) show(place);

async function show(place) {
  const page = document.createElement("div");
  const styles = document.createElement("div");
  try {
    const answer = await (place.dataset.letterUrl ? fetch(place.dataset.letterUrl) : fetchFrom(place.dataset.letterForm));
    if (!answer.ok) throw new Error(String(answer.status));
    await renderAsync(await answer.blob(), page, styles, options);
    adopt(styles);
    place.append(page);
    fit(page);
    addEventListener("resize", () => fit(page));
    place.classList.add("is-ready");
  } catch {
    place.classList.add("has-failed");
  }
}

/** Send a form as its button "as .docx" would. */
function fetchFrom(id) {
  const form = document.getElementById(id);
  const body = new FormData(form);
  body.set("as", "docx");
  return fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
}

/** Use the letter's styles as a sheet: the content policy of the page allows no <style> element. */
function adopt(styles) {
  for (const { textContent } of styles.querySelectorAll("style")) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(withBullets(textContent));
    document.adoptedStyleSheets.push(sheet);
  }
}

// Word draws bullets with signs of its own fonts, which stand where other fonts have none.
const BULLETS = { "\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓", "\uf0a8": "□" };

function withBullets(css) {
  return css.replace(/[\uf0a0-\uf0ff]/g, (sign) => BULLETS[sign] || "•").replace(/\\f0[a-f][0-9a-f]\s?/gi, "•");
}

/** Show a sheet no wider than the screen: on a phone the whole letter, small, to be enlarged with two fingers. */
function fit(page) {
  page.style.zoom = "1";
  const sheet = page.querySelector("section.cw-letter");
  const room = page.clientWidth - 32;
  if (sheet && sheet.offsetWidth > room) page.style.zoom = String(room / sheet.offsetWidth);
}
