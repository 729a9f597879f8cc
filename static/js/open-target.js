// A link to something inside a closed <details> (evidence, a sum, an answer) opens it. Loaded as a
// module on pages with disclosures. Before printing, the answers are opened and put back afterwards.
function openTarget() {
  const id = decodeURIComponent(location.hash.slice(1));
  const target = id && document.getElementById(id);
  if (!target) return;
  let box = target.closest("details");
  if (!box || box.open) return;
  for (; box; box = box.parentElement.closest("details")) box.open = true;
  target.scrollIntoView();
}

const openedForPrint = [];

function openAnswers() {
  for (const box of document.querySelectorAll(".faq__item:not([open])")) {
    box.open = true;
    openedForPrint.push(box);
  }
}

function closeAnswers() {
  for (const box of openedForPrint.splice(0)) box.open = false;
}

addEventListener("hashchange", openTarget);
addEventListener("beforeprint", openAnswers);
addEventListener("afterprint", closeAnswers);
openTarget();
