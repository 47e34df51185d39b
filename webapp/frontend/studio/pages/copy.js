/** Copy what stands beside a button: <div data-paste><code>…</code><button data-copy>. Without it the text is marked. */
export function copyTexts(root) {
  root.documentElement.classList.add("can-copy");
  root.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-copy]");
    if (!button) return;
    const code = button.closest("[data-paste]").querySelector("code");
    const isCopied = await copied(code);
    const place = root.querySelector("[data-announce]");
    if (place) place.textContent = isCopied ? "Copied." : "Press Ctrl and C to copy it.";
    if (isCopied) show(button);
  });
}

async function copied(code) {
  getSelection().selectAllChildren(code);
  try {
    await navigator.clipboard.writeText(code.textContent);
    getSelection().removeAllRanges();
    return true;
  } catch {
    return false; // not over https, or refused: what was marked can be copied by hand
  }
}

function show(button) {
  button.classList.add("is-copied");
  setTimeout(() => button.classList.remove("is-copied"), 1500);
}
