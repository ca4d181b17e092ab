// The keys: one table by the place of the key, so that the layout does not matter.
import { text } from "./texts.js";

const SWITCH = "sverka-single-keys";

export const KEYS = [
  { codes: ["Digit", "Numpad"], shown: "0 … 9", does: "points", says: "keyPoints" },
  { codes: ["KeyF"], shown: "F", does: "full", says: "keyFull" },
  { codes: ["KeyZ"], shown: "Z", does: "zero", says: "keyZero" },
  { codes: ["KeyX"], shown: "X", does: "x", says: "keyX" },
  { codes: ["KeyU"], shown: "U", does: "undo", says: "keyUndo" },
  { codes: ["Backspace", "Delete"], shown: "⌫", does: "clear", says: "keyClear" },
  { codes: ["ArrowUp"], shown: "↑", does: "previousCriterion", says: "keyCriteria" },
  { codes: ["ArrowDown"], shown: "↓", does: "nextCriterion", says: "keyCriteria" },
  { codes: ["ArrowLeft"], shown: "←", does: "previousPage", says: "keyPages" },
  { codes: ["ArrowRight"], shown: "→", does: "nextPage", says: "keyPages" },
  { codes: ["BracketLeft"], shown: "[", does: "previousWork", says: "keyWorks" },
  { codes: ["BracketRight"], shown: "]", does: "nextWork", says: "keyWorks" },
  { codes: ["Enter", "NumpadEnter"], shown: "Enter", does: "submit", says: "keySubmit" },
  { codes: ["Equal", "NumpadAdd"], shown: "+", does: "zoomIn", says: "keyZoom" },
  { codes: ["Minus", "NumpadSubtract"], shown: "−", does: "zoomOut", says: "keyZoom" },
  { codes: ["Space"], shown: "keySpace", does: "wholePage", says: "keyWhole" },
  { codes: ["KeyR"], shown: "R", does: "rotate", says: "keyRotate" },
  { codes: ["KeyC"], shown: "C", does: "contrast", says: "keyContrast" },
  { codes: ["KeyN"], shown: "N", does: "unreadable", says: "keyAside" },
  { codes: ["KeyQ"], shown: "Q", does: "tick", says: "keyMark" },
  { codes: ["KeyW"], shown: "W", does: "cross", says: "keyMark" },
  { codes: ["KeyE"], shown: "E", does: "underline", says: "keyMark" },
  { codes: ["KeyT"], shown: "T", does: "text", says: "keyMark" },
  { codes: ["KeyG"], shown: "G", does: "given", says: "keyPlace" },
  { codes: ["KeyL"], shown: "L", does: "lost", says: "keyPlace" },
  { codes: ["Slash", "F1"], shown: "?", does: "help", says: "keyHelp" },
];

export function singleKeysOn() {
  return localStorage.getItem(SWITCH) !== "off";
}

export function switchSingleKeys(on) {
  localStorage.setItem(SWITCH, on ? "on" : "off");
}

function digitOf(code) {
  const found = /^(?:Digit|Numpad)([0-9])$/.exec(code);
  return found ? found[1] : null;
}

function meant(event) {
  if (event.key === "?") return { does: "help" }; // another key in another layout
  const digit = digitOf(event.code);
  if (digit !== null) return event.shiftKey ? null : { does: "points", digit };
  return KEYS.find((key) => key.codes.includes(event.code)) ?? null;
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

// The overlay is made from the very table that is listened to.
export function fillHelp(list) {
  const groups = Map.groupBy ? Map.groupBy(KEYS, (key) => key.says) : grouped();
  const lines = [...groups].flatMap(([says, keys]) => {
    const names = document.createElement("dt");
    for (const key of keys) {
      const shown = document.createElement("kbd");
      shown.textContent = key.shown.startsWith("key") ? text(key.shown) : key.shown;
      names.append(shown, " ");
    }
    const meaning = document.createElement("dd");
    meaning.textContent = text(says);
    return [names, meaning];
  });
  list.replaceChildren(...lines);
}

function grouped() {
  const groups = new Map();
  for (const key of KEYS) groups.set(key.says, [...(groups.get(key.says) ?? []), key]);
  return groups;
}
