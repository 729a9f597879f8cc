/* Progress of an import: asks how far it is and shows the page anew when it is done.
   Without this module the page refreshes itself. */
"use strict";

const place = document.getElementById("import-progress");
const step = document.getElementById("import-step");
const bar = document.getElementById("import-bar");

async function look() {
  let told;
  try {
    const answer = await fetch(place.dataset.address, { credentials: "same-origin" });
    told = answer.ok ? await answer.json() : { finished: true };
  } catch {
    told = null; // the network hiccups: ask again
  }
  if (told && told.finished) {
    window.location.reload();
    return;
  }
  if (told) {
    step.textContent = told.total ? `${told.text}: ${told.done} of ${told.total}` : told.text;
    if (told.total) {
      bar.max = told.total;
      bar.value = told.done;
    } else bar.removeAttribute("value");
  }
  window.setTimeout(look, 700);
}

if (place) window.setTimeout(look, 300);
