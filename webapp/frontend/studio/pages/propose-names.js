/** Fill in key and prefix of a new category from its name, until somebody types them; the server proposes the same. */
export function proposeNames(root) {
  const name = root.getElementById("name");
  const key = root.getElementById("key");
  const prefix = root.getElementById("prefix");
  if (!name || !key || !prefix || key.value) return;
  const isTyped = new Set();
  for (const field of [key, prefix]) {
    if (field.value) isTyped.add(field);
    field.addEventListener("input", () => isTyped.add(field));
  }
  const propose = () => {
    if (!isTyped.has(key)) key.value = keyOf(name.value);
    if (!isTyped.has(prefix)) prefix.value = prefixOf(name.value);
  };
  name.addEventListener("input", propose);
  if (name.value) propose(); // it was typed before this script had come
}

export function keyOf(name) {
  const words =
    name
      .toLowerCase()
      .replaceAll("'", "")
      .match(/[a-z0-9]+/g) || [];
  return words.join("_").slice(0, 60).replace(/_+$/, "");
}

function prefixOf(name) {
  const words =
    name
      .toUpperCase()
      .replaceAll("'", "")
      .match(/[A-Z0-9]+/g) || [];
  const letters = words.length > 2 ? words.map((word) => word[0]).join("") : words.join("").slice(0, 3);
  return letters.slice(0, 8);
}
