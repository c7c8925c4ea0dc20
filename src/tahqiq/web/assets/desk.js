// What scripts add to pages that work without them: keys, and lighting a value and its words together.

const rows = [...document.querySelectorAll(".incidents tbody tr")];
let chosen = -1;

function choose(index, is_first = false) {
  if (!rows.length) return;
  rows[chosen]?.classList.remove("chosen");
  chosen = Math.max(0, Math.min(rows.length - 1, index));
  rows[chosen].classList.add("chosen");
  // On a narrow window the open incident stands above the list, and is what was asked for.
  rows[chosen].querySelector("a")?.focus({ preventScroll: is_first && location.hash === "#beside" });
  if (document.getElementById("beside")) openBeside(rows[chosen]);
}

// With an incident open beside the list, the next one opens there as the list is walked: the page that the link leads to holds it.
let asked = 0;

async function openBeside(row) {
  const link = row.querySelector("a[data-beside]");
  const shown = document.getElementById("beside");
  if (!link || row.classList.contains("open")) return;
  const mine = ++asked;
  const answer = await fetch(link.href);
  if (!answer.ok || mine !== asked) return;
  const told = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("beside");
  if (!told || mine !== asked) return;
  shown.replaceWith(told);
  for (const one of rows) one.classList.toggle("open", one === row);
}

function isTyping(target) {
  const field = target instanceof HTMLElement ? target.closest("input, select, textarea, [contenteditable]") : null;
  return field !== null && !(field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio"));
}

function tick(row) {
  return rows[row]?.querySelector("input[type=checkbox]") ?? null;
}

// What a key does on this page stands in the page: data-key on what is pressed, data-row-key within the chosen row.
function press(code) {
  const own = rows[chosen]?.querySelector(`[data-row-key="${code}"]`);
  if (own) return own.click(), true;
  const found = [...document.querySelectorAll(`[data-key="${code}"]`)].find((one) => one.checkVisibility());
  if (!found) return false;
  const bulk = found.closest("[data-rows]");
  if (bulk) return pressForRows(found, bulk, code), true;
  found.click();
  if (found.tagName === "SUMMARY" && found.parentElement.open) {
    found.parentElement.querySelector("form :is(input:not([type=hidden]), select, textarea)")?.focus();
  }
  return true;
}

// Without ticks the chosen row is meant; what needs several (merging) opens the row's own form where there is one alone.
function pressForRows(button, form, code) {
  const ticked = document.querySelectorAll("input[form=bulk]:checked").length;
  if (!ticked && !tick(chosen)) return;
  if (ticked < Number(button.dataset.least ?? 1) && (button.dataset.least || !tick(chosen))) {
    rows[chosen]?.querySelector(`[data-alone="${code}"]`)?.click();
    return;
  }
  if (!ticked) tick(chosen).checked = true;
  form.elements.at.value = Math.max(0, chosen);
  form.requestSubmit(button);
}

// The keys' letters stand at the same places on keyboards for Arabic, Urdu and Persian, so the place is asked, not the letter.
const KEYS = {
  KeyJ: () => choose(chosen + 1),
  KeyK: () => choose(chosen - 1),
  KeyX: () => tick(chosen)?.click(),
  Slash: (event) => (event.shiftKey ? document.getElementById("keys")?.showModal() : document.querySelector("input[type=search]")?.focus()),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (mark(event) || (!event.shiftKey && !event.repeat && press(event.code))) {
    event.preventDefault();
    return;
  }
  const act = KEYS[event.code];
  if (!act) return;
  event.preventDefault();
  act(event);
});

// After a decision the inbox goes on where it was.
const waiting = document.querySelector("table.waiting");
if (waiting && rows.length) choose(Number(waiting.dataset.at) || 0, true);

// -- correcting by selecting words: the selection goes into the form, a field's letter chooses the field --------------------------

const text = document.querySelector("[data-selectable]");
const correcting = document.querySelector("form[data-selecting]");
const NAMED = new Set(["place", "perpetrators", "targets", "victims"]); // what is said by the words themselves

function follow_selection() {
  const chosen = document.getSelection();
  if (!chosen?.rangeCount || chosen.isCollapsed || !text?.contains(chosen.anchorNode) || !text.contains(chosen.focusNode)) return false;
  const range = chosen.getRangeAt(0);
  const before = document.createRange();
  before.setStart(text, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const told = range.toString();
  const words = told.trim();
  if (!words) return false;
  const start = [...before.toString()].length + [...told].length - [...told.trimStart()].length;
  // The words stay marked when the focus goes to the form, where the browser can.
  if (window.Highlight) CSS.highlights.set("chosen", new Highlight(range.cloneRange()));
  correcting.elements.on.value = words;
  correcting.elements.span.value = `${start}-${start + [...words].length}`;
  return true;
}

function mark(event) {
  if (!text || !correcting) return false;
  if (event.code === "KeyC" && !event.shiftKey) return begin();
  if (event.target === text && event.key.startsWith("Arrow")) return walk(event);
  const option = event.shiftKey ? null : correcting.querySelector(`[data-slot-key="${event.code}"]`);
  if (!option) return false;
  follow_selection();
  correcting.closest("details").open = true;
  correcting.elements.slot.value = option.value;
  if (NAMED.has(option.value) && correcting.elements.on.value) correcting.elements.words.value = correcting.elements.on.value;
  (correcting.elements.words.value ? correcting.elements.why : correcting.elements.words).focus();
  return true;
}

// The words of the mark that has the focus, or the first word of the text, are selected; arrow keys walk from there.
function begin() {
  const held = document.activeElement;
  const selection = document.getSelection();
  if (held && text.contains(held) && held !== text) selection.selectAllChildren(held);
  else {
    selection.collapse(text, 0);
    selection.modify("extend", "forward", "word");
  }
  text.focus({ preventScroll: true });
  follow_selection();
  return true;
}

function walk(event) {
  const across = { ArrowLeft: "left", ArrowRight: "right" }[event.key];
  const down = { ArrowUp: "backward", ArrowDown: "forward" }[event.key];
  const selection = document.getSelection();
  if (event.shiftKey) selection.modify("extend", across ?? down, across ? "word" : "line");
  else {
    if (across) step(selection, across);
    else selection.modify("move", down, "line");
    if (!across) selection.modify("extend", "forward", "word");
  }
  follow_selection();
  return true;
}

// One word on, as it is seen: the selection shrinks to its end (or start), then takes in the next word (or the one before).
function step(selection, across) {
  const forward = (across === "right") === (getComputedStyle(text).direction === "ltr");
  if (forward) {
    selection.collapseToEnd();
    selection.modify("extend", "forward", "word");
    return;
  }
  selection.collapseToStart();
  selection.modify("move", "backward", "word");
  selection.modify("extend", "forward", "word");
}

if (text && correcting) document.addEventListener("selectionchange", follow_selection);

// A mention's segments carry the keys of the values that stand on them; a value carries its own key.
function light(key, on) {
  for (const element of document.querySelectorAll(`[data-m~="${CSS.escape(key)}"]`)) element.classList.toggle("lit", on);
}

function follow(event, on) {
  const from = event.target instanceof Element ? event.target.closest("[data-m]") : null;
  for (const key of from?.dataset.m.split(" ") ?? []) light(key, on);
}

for (const [name, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
  document.addEventListener(name, (event) => follow(event, on));
}

// Arrow keys walk the matrix as it is seen: to the right is to the right in both directions.
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

document.querySelector(".matrix")?.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  const cell = event.target.closest("td");
  if (!step || !cell) return;
  const across = step[1] * (getComputedStyle(cell).direction === "rtl" ? -1 : 1);
  const lines = [...cell.closest("tbody").rows];
  let line = lines.indexOf(cell.parentElement);
  let column = cell.cellIndex;
  for (;;) {
    line += step[0];
    column += across;
    const next = lines[line]?.cells[column];
    if (!next || next.tagName !== "TD") return;
    const link = next.querySelector("a");
    if (!link) continue;
    event.preventDefault();
    link.focus();
    return;
  }
});
