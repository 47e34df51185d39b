/** Close an open <details data-menu> by Escape or a click elsewhere. */
export function closeMenus() {
  document.addEventListener("click", (event) => closeAllBut(event.target.closest("details[data-menu]")));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("details[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

function closeAllBut(kept) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) if (menu !== kept) menu.open = false;
}
