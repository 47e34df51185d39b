const HEIGHT = 20;
const WIDTH = 70;

/** Put a small label at a free corner of an element: a word, never colour alone. Text goes in as text. */
export function pinElement(viewer, id, kind, word, sentence) {
  const element = viewer.get("elementRegistry").get(id);
  const label = document.createElement("div");
  label.className = `cw-pin cw-pin--${kind}`;
  label.textContent = word;
  if (sentence) label.title = sentence;
  viewer
    .get("overlays")
    .add(id, "cw-pin", { position: freeCorner(element), html: label, scale: { min: 0.8, max: 1.2 } });
}

/** Return the first corner where no boundary event sits, as an offset from the element's top left. */
function freeCorner(element) {
  const right = Math.max(8, element.width - WIDTH);
  const bottom = element.height - HEIGHT / 2;
  const corners = [
    [8, -HEIGHT / 2],
    [right, -HEIGHT / 2],
    [8, bottom],
    [right, bottom],
  ];
  const [left, top] = corners.find((corner) => !isTaken(element, corner)) || [8, element.height + 4];
  return { left, top };
}

function isTaken(element, [left, top]) {
  const x = element.x + left;
  const y = element.y + top;
  return (element.attachers || []).some(
    (event) => event.x < x + WIDTH && event.x + event.width > x && event.y < y + HEIGHT && event.y + event.height > y,
  );
}
