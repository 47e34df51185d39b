/** Blur sensitive text until its button is pressed: <span data-sensitive><button>Show</button><span>…</span></span>. */
export function revealSensitive() {
  document.documentElement.classList.add("has-script");
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-sensitive] > button");
    if (!button) return;
    const shown = button.parentElement.toggleAttribute("data-shown");
    button.setAttribute("aria-pressed", String(shown));
    button.textContent = shown ? "Hide" : "Show";
  });
}
