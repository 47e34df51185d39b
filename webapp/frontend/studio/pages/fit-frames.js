/** Make frames as high as what they show: <iframe data-fit sandbox="allow-same-origin" srcdoc="…">, which runs no script. */
export function fitFrames(root) {
  for (const frame of root.querySelectorAll("iframe[data-fit]:not([data-fitted])")) {
    frame.dataset.fitted = "";
    frame.addEventListener("load", () => fit(frame));
    new ResizeObserver(() => fit(frame)).observe(frame.parentElement);
  }
}

function fit(frame) {
  const shown = frame.contentDocument?.body?.firstElementChild;
  if (shown) frame.style.height = `${Math.ceil(shown.getBoundingClientRect().height) + 2}px`;
}
