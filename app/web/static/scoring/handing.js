// A work leaves the desk: handed in, set aside, or given up.
import { confirm } from "./dialogs.js";
import { send } from "./server.js";
import { at, say } from "./state.js";
import { text } from "./texts.js";
import * as viewer from "./viewer.js";
import { goOn, leave, nextPanel, nextWork } from "./works.js";

const keep = (work, url, submit) => at.outbox.add({ key: crypto.randomUUID(), work, url, submit });

// Written down like points and sent after them. The next work does not wait for the answer, unless
// the server may have a question, or this is the last one.
export async function submit() {
  const { sheet } = at;
  if (!sheet.writable) return nextWork();
  const missing = sheet.missing();
  if (missing.length > 0) {
    say(text("missing", { labels: missing.join(", ") }));
    sheet.go(sheet.firstEmpty());
    return;
  }
  const next = nextPanel();
  const waits = !next || sheet.work.dataset.waits === "yes" || sheet.mayBeSlip() || viewer.unseen();
  await keep(sheet.id, `${sheet.work.dataset.url}/submit`, { confirmed: false, seen: viewer.seenImages() });
  sheet.close();
  say(waits && at.outbox.online === false ? text("unsent") : "");
  if (!waits) await goOn(next);
}

// The server's question about a work, asked whatever is on the desk by now; true when confirmed.
export async function confirmed(entry, told) {
  const answer = await confirm({ title: told.message, lines: told.concerns, yes: text("submitAnyway") });
  if (answer.agreed) await keep(entry.work, entry.url, { ...entry.submit, confirmed: true });
  return answer.agreed;
}

export async function setAside(kind) {
  const answer = await confirm({ title: text("asideTitle"), lines: [], yes: text("setAside"), asksNote: true });
  if (!answer.agreed) return;
  const { status, told } = await send(`${at.sheet.work.dataset.url}/aside`, { kind, note: answer.note });
  await leave(status, told);
}

export async function recuse() {
  const answer = await confirm({ title: text("recuseTitle"), lines: [text("recuseText")], yes: text("recuse") });
  if (!answer.agreed) return;
  const { status, told } = await send(`${at.sheet.work.dataset.url}/recuse`, {});
  await leave(status, told);
}
