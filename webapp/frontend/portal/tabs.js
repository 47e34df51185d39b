/** Bring the tab that one is on into view, where there are more of them than fit. */
export function showCurrentTab() {
  for (const tab of document.querySelectorAll(".cw-tabs__link[aria-current]")) {
    const bar = tab.closest(".cw-tabs");
    bar.scrollLeft = tab.offsetLeft - bar.offsetLeft - (bar.clientWidth - tab.offsetWidth) / 2;
  }
}
