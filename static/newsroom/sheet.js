/* Score sheet: moves between cells by keyboard, keeps what is typed, and asks the server where a pasted text
   belongs and what a typed score means. It reads no number and no name itself.
   The form is whole without this module: pasting then goes through the text field. */
"use strict";

const form = document.getElementById("sheet-form");
const cells = form ? [...form.querySelectorAll(".sheet-grid input")] : [];
const pasteField = form ? form.querySelector("textarea[name=pasted]") : null;
const status = document.getElementById("sheet-status");
const kept = document.getElementById("sheet-kept");
const left = document.getElementById("sheet-left");
const PAUSE = 900; // milliseconds after the last key before the form is kept

let changes = 0; // counts changes of the form
let keptChanges = 0; // the count that the server has
let timer = null;
let leaving = false;

const keyOf = (cell) => cell.closest("tr").dataset.key;

function say(message) {
  status.textContent = message;
}

async function ask(address, fields) {
  const body = new FormData();
  for (const [name, value] of fields) body.append(name, value);
  const answer = await fetch(address, { method: "POST", body, credentials: "same-origin", redirect: "manual" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

/* --- keeping ------------------------------------------------------------------------------- */

function changed() {
  changes += 1;
  window.clearTimeout(timer);
  timer = window.setTimeout(keep, PAUSE);
}

async function keep() {
  const count = changes;
  const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string" && value !== "");
  try {
    const told = await ask(form.dataset.keep, fields);
    keptChanges = Math.max(keptChanges, count);
    kept.textContent = `What you type is kept (${told.kept}).`;
    for (const cell of cells) note(cell, told.notes[keyOf(cell)]);
  } catch {
    kept.textContent = "Not kept: you are logged out or offline. Log in in another tab; nothing here is lost while this page stays open.";
    timer = window.setTimeout(keep, 5000);
  }
}

/* Says beside the cell what the server makes of it. */
function note(cell, told) {
  const row = cell.closest("tr");
  row.querySelector(".sheet-difference").textContent = told ? told.note : "";
  for (const state of ["new", "changed", "problem"]) row.classList.toggle(`is-${state}`, Boolean(told) && told.state === state);
}

/* --- keys ------------------------------------------------------------------------------------ */

function onKey(event) {
  const step = { ArrowDown: 1, ArrowUp: -1, Enter: event.shiftKey ? -1 : 1 }[event.key];
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault(); // Enter would send the form
  const next = cells[cells.indexOf(event.target) + step];
  if (next) {
    next.focus();
    next.select();
  }
}

/* --- pasting --------------------------------------------------------------------------------- */

/* One word goes into its cell as usual; anything of several cells is placed by the server. */
function onPaste(event) {
  const page = event.clipboardData.getData("text/html");
  const plain = event.clipboardData.getData("text/plain");
  const isTable = /<t[rdh][\s>]/i.test(page);
  if (!isTable && !/[\t\n|;]/.test(plain.trim())) return;
  event.preventDefault();
  place(isTable ? page : plain, plain, keyOf(event.target));
}

async function place(text, plain, start) {
  say("Reading…");
  const fields = [["text", text], ["start", start], ["order", cells.map(keyOf).join(",")], ["csrfmiddlewaretoken", form.csrfmiddlewaretoken.value]];
  fields.push(["decimal", form.elements.decimal.value]);
  let told;
  try {
    told = await ask(form.dataset.place, fields);
  } catch {
    handOver(plain, "The server did not answer. The text went into the field above and is read when you press Preview.");
    return;
  }
  for (const cell of cells) {
    const found = told.fills[keyOf(cell)];
    if (found !== undefined) cell.value = found;
  }
  if (told.rest.length) handOver(told.rest.join("\n"), told.said);
  else say(told.said);
  showLeft(told.left);
  changed();
}

function handOver(text, message) {
  pasteField.value = pasteField.value.trim() ? `${pasteField.value.trimEnd()}\n${text}` : text;
  pasteField.closest("details").open = true;
  say(message);
  changed();
}

/* Nothing pasted disappears: what stands in no cell stands here, as typed, with the reason. */
function showLeft(entries) {
  const body = left.querySelector("tbody");
  for (const entry of entries) {
    const row = body.insertRow();
    for (const text of [entry.row, entry.column, entry.text, entry.reason]) row.insertCell().textContent = text;
  }
  left.hidden = body.rows.length === 0;
}

/* --- wiring ------------------------------------------------------------------------------------ */

for (const cell of cells) {
  cell.addEventListener("keydown", onKey);
  cell.addEventListener("paste", onPaste);
}
if (form) {
  form.addEventListener("input", changed);
  form.addEventListener("submit", () => {
    leaving = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && changes > keptChanges) event.preventDefault();
  });
  if (cells.some((cell) => cell.value !== "")) keep();
}
