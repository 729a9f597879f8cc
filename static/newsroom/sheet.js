/* Score sheet: moves between cells by keyboard, marks differences, spreads pasted tables over the grid.
   The form is whole without this module: pasting then goes through the text field. */
"use strict";

const form = document.getElementById("sheet-form");
const cells = form ? [...form.querySelectorAll(".sheet-grid input")] : [];
const pasteField = form ? form.querySelector("textarea[name=pasted]") : null;
const status = document.getElementById("sheet-status");

/* The same key as name_key() on the server: letters, digits, dot and plus in lower case. */
function nameKey(text) {
  return text.replace(/[*_`~]|<[^>]{0,40}>|\[\^?\d+\]|[†‡§¹²³]/g, "").toLowerCase().replace(/[^a-z0-9.+]+/g, "");
}

function numberOf(text) {
  const bare = text.replace(/[%*\s]/g, "").replace(/^(-?\d{1,3})((?:,\d{3})+)(\.\d+)?$/, (whole) => whole.replace(/,/g, ""));
  return bare !== "" && Number.isFinite(Number(bare)) ? Number(bare) : null;
}

/* Says beside the cell how the typed score differs from the newest public one. */
function mark(cell) {
  const row = cell.closest("tr");
  const note = row.querySelector(".sheet-difference");
  const typed = numberOf(cell.value);
  const present = row.dataset.present === undefined ? null : Number(row.dataset.present);
  row.classList.toggle("is-new", typed !== null && present === null);
  row.classList.toggle("is-changed", typed !== null && present !== null && typed !== present);
  if (cell.value.trim() === "") note.textContent = "";
  else if (typed === null) note.textContent = "no number";
  else if (present === null) note.textContent = "new";
  else if (typed === present) note.textContent = "same";
  else {
    const difference = Math.round((typed - present) * 100) / 100;
    note.textContent = (difference > 0 ? "+" : "−") + Math.abs(difference);
  }
}

function move(cell, step) {
  const next = cells[cells.indexOf(cell) + step];
  if (next) {
    next.focus();
    next.select();
  }
}

function onKey(event) {
  const cell = event.target;
  const step = { ArrowDown: 1, ArrowUp: -1, Enter: event.shiftKey ? -1 : 1 }[event.key];
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault(); // Enter would send the form
  move(cell, step);
}

function rowsOf(text) {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .map((line) => (line.includes("\t") ? line.split("\t") : line.trim().replace(/^\||\|$/g, "").split("|")).map((part) => part.trim()));
}

/* One pasted column fills downwards; names with one column of scores find their rows by name.
   Anything else (several columns, unknown names) goes into the text field for the server. */
function onPaste(event) {
  const text = event.clipboardData.getData("text/plain");
  const rows = rowsOf(text);
  if (rows.length < 2 && !text.includes("\t") && !text.includes("|")) return;
  event.preventDefault();
  if (rows.every((row) => row.length === 1)) fillDown(event.target, rows);
  else if (rows.every((row) => row.length === 2)) fillByName(rows);
  else handToServer(text, "The table has several columns; it is read when you press Preview.");
}

function fillDown(start, rows) {
  const first = cells.indexOf(start);
  const targets = cells.slice(first, first + rows.length);
  targets.forEach((cell, index) => write(cell, rows[index][0]));
  say(`Filled ${targets.length} of ${rows.length} rows downwards.`);
}

function fillByName(rows) {
  const byKey = new Map();
  for (const cell of cells) {
    for (const key of cell.closest("tr").dataset.keys.split(" ")) byKey.set(key, cell);
  }
  const left = [];
  let filled = 0;
  for (const [name, score] of rows) {
    const cell = byKey.get(nameKey(name));
    if (/^:?-{2,}:?$/.test(name)) continue;
    if (cell && score) {
      write(cell, score);
      filled += 1;
    } else if (numberOf(score) !== null) left.push(`${name}\t${score}`);
  }
  if (left.length) handToServer(left.join("\n"), `Filled ${filled} rows; ${left.length} names are not in this grid and are looked up when you press Preview.`);
  else say(`Filled ${filled} rows by name.`);
}

function write(cell, text) {
  cell.value = text;
  mark(cell);
}

function handToServer(text, message) {
  pasteField.value = pasteField.value.trim() ? `${pasteField.value.trimEnd()}\n${text}` : text;
  pasteField.closest("details").open = true;
  say(message);
}

function say(message) {
  status.textContent = message;
}

for (const cell of cells) {
  cell.addEventListener("keydown", onKey);
  cell.addEventListener("paste", onPaste);
  cell.addEventListener("input", () => mark(cell));
  mark(cell);
}
