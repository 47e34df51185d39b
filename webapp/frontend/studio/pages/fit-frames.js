/** Make frames as high as what they show: <iframe data-fit sandbox="allow-same-origin" srcdoc="…">, which runs no script. */
export function fitFrames(root) {
  for (const frame of root.querySelectorAll("iframe[data-fit]")) {
    if (frame.contentDocument?.readyState === "complete") fit(frame);
    frame.addEventListener("load", () => fit(frame));
  }
}

function fit(frame) {
  const page = frame.contentDocument?.documentElement;
  if (!page?.querySelector("body *")) return;
  const resize = () => (frame.style.height = `${page.querySelector("body").scrollHeight + 2}px`);
  resize();
  new ResizeObserver(resize).observe(frame.parentElement);
}
