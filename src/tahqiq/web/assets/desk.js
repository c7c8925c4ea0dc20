// What scripts add to pages that work without them: keys, and lighting a value and its words together.

const rows = [...document.querySelectorAll(".incidents tbody tr")];
let chosen = -1;

function choose(index) {
  if (!rows.length) return;
  rows[chosen]?.classList.remove("chosen");
  chosen = Math.max(0, Math.min(rows.length - 1, index));
  rows[chosen].classList.add("chosen");
  rows[chosen].querySelector("a")?.focus();
}

function isTyping(target) {
  return target instanceof HTMLElement && target.closest("input, select, textarea, [contenteditable]") !== null;
}

// The keys' letters stand at the same places on keyboards for Arabic, Urdu and Persian, so the place is asked, not the letter.
const KEYS = {
  KeyJ: () => choose(chosen + 1),
  KeyK: () => choose(chosen - 1),
  Slash: (event) => (event.shiftKey ? document.getElementById("keys")?.showModal() : document.querySelector("input[type=search]")?.focus()),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const act = KEYS[event.code];
  if (!act) return;
  event.preventDefault();
  act(event);
});

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
