/** Put a small label over an element: a word, never colour alone. Text goes in as text. */
export function pinElement(viewer, id, kind, word, sentence) {
  const label = document.createElement("div");
  label.className = `cw-pin cw-pin--${kind}`;
  label.textContent = word;
  if (sentence) label.title = sentence;
  viewer.get("overlays").add(id, "cw-pin", { position: { top: -11, left: 8 }, html: label, scale: { min: 0.8, max: 1.2 } });
}
