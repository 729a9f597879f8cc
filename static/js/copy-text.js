// Buttons that put their data-copy text on the clipboard. They are hidden until this module runs: without
// script the same text stands on the page to be selected.
async function copy(button) {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Not copied: select the text instead";
  }
  setTimeout(() => (button.textContent = label), 2000);
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", () => copy(button));
}
