// Points and marks: written down, then echoed, then sent; undone within the work.
import { across } from "./across.js";
import { askWords } from "./dialogs.js";
import { at, say } from "./state.js";
import { nextOfCriterion } from "./works.js";

let typing = null; // where a second digit may follow

const keep = (path, entry) => at.outbox.add({
  key: crypto.randomUUID(), work: at.sheet.id, url: `${at.sheet.work.dataset.url}/${path}`, ...entry,
});

// One save: written down, then echoed, then sent.
export async function give(row, value, { note = row.querySelector(".note input").value, undoing = false } = {}) {
  const { sheet } = at;
  if (!sheet.writable) return;
  const refusal = sheet.objection(row, value);
  say(refusal ?? "");
  if (refusal !== null) return;
  const before = row.dataset.value;
  await keep("points", { criterion: row.dataset.label, value, note, basedOn: Number(row.dataset.number) });
  if (!undoing && before !== value) sheet.history.push({ label: row.dataset.label, value: before });
  sheet.put(row.dataset.label, value, note);
}

export async function giveAndGoOn(value) {
  const { sheet } = at;
  const { row } = sheet;
  await give(row, value);
  if (row.dataset.value !== value) return;
  if (across() === row.dataset.label) await nextOfCriterion();
  else sheet.go(sheet.nextOpen(sheet.at + 1));
}

// Where the maximum has two digits, a second key follows the first.
export async function giveDigit(digit) {
  const { row } = at.sheet;
  const { value, max } = row.dataset;
  const longer = Number(value + digit);
  if (Number(max) > 9 && typing === row && longer <= Number(max)) {
    typing = null;
    return giveAndGoOn(String(longer));
  }
  if (Number(max) > 9) {
    typing = row;
    return give(row, digit);
  }
  return giveAndGoOn(digit);
}

export function endTyping() {
  typing = null;
}

export async function putMark(kind, box, image) {
  const words = kind === "text" ? await askWords() : "";
  if (kind === "text" && words === "") return;
  const criterion = ["given", "lost"].includes(kind) ? at.sheet.row.dataset.label : "";
  await saveMark({ id: crypto.randomUUID(), image, kind, box, words, criterion, removed: false, reader: 0, number: 0 });
}

export async function saveMark(mark, { undoing = false } = {}) {
  const { sheet, marks } = at;
  if (!sheet.writable) return;
  const before = marks.get(mark.id) ?? { ...mark, removed: true };
  const { id, image, kind, box, words, criterion, removed } = mark;
  await keep("annotations", { mark: { id, image, kind, box, words, criterion, removed }, basedOn: before.number });
  if (!undoing) sheet.history.push({ mark: before });
  marks.set({ ...mark, number: before.number });
}

export async function undo() {
  const { sheet } = at;
  const last = sheet.history.pop();
  if (!last) return;
  if (last.mark) {
    await saveMark(last.mark, { undoing: true });
    return;
  }
  const row = sheet.row_of(last.label);
  await give(row, last.value, { undoing: true });
  sheet.go(sheet.rows.indexOf(row));
}
