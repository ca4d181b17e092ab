// The keys: one table by the place of the key, so that the layout does not matter.
import { text } from "./texts.js";

// `fixed` keys stay where they are: digits give points, and the question mark must always help.
const STANDARD = [
  { codes: ["Digit", "Numpad"], shown: "0 … 9", does: "points", says: "keyPoints", fixed: true },
  { codes: ["KeyF"], does: "full", says: "keyFull" },
  { codes: ["KeyZ"], does: "zero", says: "keyZero" },
  { codes: ["KeyX"], does: "x", says: "keyX" },
  { codes: ["KeyU"], does: "undo", says: "keyUndo" },
  { codes: ["Backspace", "Delete"], does: "clear", says: "keyClear" },
  { codes: ["ArrowUp"], does: "previousCriterion", says: "keyCriteria" },
  { codes: ["ArrowDown"], does: "nextCriterion", says: "keyCriteria" },
  { codes: ["ArrowLeft"], does: "previousPage", says: "keyPages" },
  { codes: ["ArrowRight"], does: "nextPage", says: "keyPages" },
  { codes: ["BracketLeft"], does: "previousWork", says: "keyWorks" },
  { codes: ["BracketRight"], does: "nextWork", says: "keyWorks" },
  { codes: ["Enter", "NumpadEnter"], does: "submit", says: "keySubmit" },
  { codes: ["Equal", "NumpadAdd"], does: "zoomIn", says: "keyZoom" },
  { codes: ["Minus", "NumpadSubtract"], does: "zoomOut", says: "keyZoom" },
  { codes: ["Space"], does: "wholePage", says: "keyWhole" },
  { codes: ["KeyR"], does: "rotate", says: "keyRotate" },
  { codes: ["KeyC"], does: "contrast", says: "keyContrast" },
  { codes: ["KeyN"], does: "unreadable", says: "keyAside" },
  { codes: ["KeyM"], does: "across", says: "keyAcross" },
  { codes: ["KeyQ"], does: "tick", says: "keyMark" },
  { codes: ["KeyW"], does: "cross", says: "keyMark" },
  { codes: ["KeyE"], does: "underline", says: "keyMark" },
  { codes: ["KeyT"], does: "text", says: "keyMark" },
  { codes: ["KeyG"], does: "given", says: "keyPlace" },
  { codes: ["KeyL"], does: "lost", says: "keyPlace" },
  { codes: ["Slash", "F1"], shown: "?", does: "help", says: "keyHelp", fixed: true },
];
const SIGNS = {
  ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", Backspace: "⌫", BracketLeft: "[", BracketRight: "]",
  Equal: "+", Minus: "−", Comma: ",", Period: ".", Semicolon: ";", Quote: "'", Backslash: "\\", Backquote: "`",
};
// Keys that the browser and the window need: they cannot be chosen.
const RESERVED = /^(Tab|Escape|Slash|F\d+|Digit\d|Numpad\d|(Shift|Control|Alt|Meta|OS)\w*|CapsLock|ContextMenu)$/;

const desk = document.getElementById("desk");
const chosen = JSON.parse(desk?.dataset.keys ?? '{"codes": {}, "single": true}');

export const keys = () => STANDARD.map((key) => (
  key.does in chosen.codes ? { ...key, codes: [chosen.codes[key.does], ...key.codes.slice(1)] } : key
));
export const choice = () => ({ codes: { ...chosen.codes }, single: chosen.single });
export const singleKeysOn = () => chosen.single;
export const switchSingleKeys = (on) => { chosen.single = on; };
export const standardKeys = () => { chosen.codes = {}; };

export function nameOf(key) {
  const [code] = key.codes;
  return key.shown ?? SIGNS[code] ?? (code === "Space" ? text("keySpace") : code.replace(/^Key/, ""));
}

// The key that had that place before takes the freed one; false when the key cannot be chosen.
export function rebind(does, code) {
  if (RESERVED.test(code)) return false;
  const key = keys().find((one) => one.does === does);
  const other = keys().find((one) => one.does !== does && one.codes[0] === code);
  if (keys().some((one) => one.does !== does && one.codes.slice(1).includes(code))) return false;
  if (other) chosen.codes[other.does] = key.codes[0];
  chosen.codes[does] = code;
  return true;
}

function digitOf(code) {
  const found = /^(?:Digit|Numpad)([0-9])$/.exec(code);
  return found ? found[1] : null;
}

function meant(event) {
  if (event.key === "?") return { does: "help" }; // another key in another layout
  const digit = digitOf(event.code);
  if (digit !== null) return event.shiftKey ? null : { does: "points", digit };
  return keys().find((key) => key.codes.includes(event.code)) ?? null;
}

// Text fields keep their keys; so do buttons reached by Tab, for Enter and the space bar.
function belongsToField(event) {
  const field = event.target.closest("input, textarea, select, [contenteditable], dialog[open]");
  const pressed = event.target.closest("button, a, summary");
  return field !== null || (pressed !== null && ["Enter", "NumpadEnter", "Space"].includes(event.code));
}

// `tool` may take a key for itself, held down too: it moves over the scan.
export function listen(act, tool) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (belongsToField(event) || !singleKeysOn()) return;
    if (tool(event)) {
      event.preventDefault();
      return;
    }
    if (event.repeat) return;
    const key = meant(event);
    if (key === null) return;
    event.preventDefault();
    act(key.does, key.digit);
  });
  // After a click the hands go back to the keys: the button must not keep Enter for itself.
  document.addEventListener("click", (event) => {
    if (event.detail > 0 && !event.target.closest("dialog")) event.target.closest("button")?.blur();
  });
}

// Buttons name the key that does the same.
export function labelButtons(root) {
  const named = new Map(keys().map((key) => [key.does, nameOf(key)]));
  for (const button of root.querySelectorAll("[data-action][title], [data-mark]")) {
    const key = named.get(button.dataset.mark ?? button.dataset.action);
    if (!key) continue;
    button.dataset.name ??= button.title;
    button.title = `${button.dataset.name} (${key})`;
    if (button.dataset.mark) button.setAttribute("aria-label", button.title);
  }
}
