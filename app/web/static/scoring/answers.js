// What the server answers to a save, and what the expert sees of it.
import { chooseVersion, logInAgain } from "./dialogs.js";
import { titleOf } from "./drawing.js";
import { confirmed } from "./handing.js";
import { forget } from "./prefetch.js";
import { at, inTurn, page, say } from "./state.js";
import { text } from "./texts.js";
import { comeBack, leave, reload, tellRest } from "./works.js";

let entering = null;

// Several requests may find the door closed; one window asks for all of them.
export function enterAgain() {
  entering ??= logInAgain().then((owner) => {
    entering = null;
    if (owner !== page.dataset.owner) location.assign(page.dataset.list);
  });
  return entering;
}

function pointVersions(entry, theirs) {
  const mine = at.outbox.of(entry.work).findLast((other) => other.criterion === entry.criterion);
  return { label: entry.criterion, theirs: theirs.value || "—", mine: mine.value || "—" };
}

function markVersions(entry, theirs) {
  const told = (mark) => (!mark || mark.removed ? "—" : titleOf(mark));
  return { label: text("markOwn"), theirs: told(theirs), mine: told(entry.mark) };
}

function show(entry, version) {
  const { sheet } = at;
  if (entry.work !== sheet?.id) return;
  sheet.row_of(entry.criterion).dataset.number = version.number;
  sheet.put(entry.criterion, version.value, version.note);
}

function showUnsaved(entry) {
  if (entry.criterion) show(entry, { value: "", note: "", number: entry.basedOn });
}

function tellSaved(savedAt) {
  const time = new Date(savedAt).toLocaleTimeString("ru-RU");
  document.getElementById("saved").textContent = text("saved", { time });
}

// Handing in: on to what the server names, a question, or back to the work.
async function handedIn(entry, status, told) {
  forget(entry.work);
  const isShown = entry.work === at.sheet?.id;
  if (status === 200 && (isShown || told.panel === null)) await leave(status, told);
  else if (status === 200) tellRest(told.rest);
  else if (status === 428 && await confirmed(entry, told)) return;
  else {
    await comeBack(entry).catch(() => {}); // it may be his no more: then the sentence alone tells
    say(status === 428 ? "" : told.message ?? text("trouble"));
  }
}

export const answers = {
  changed(length, online) {
    document.getElementById("queue-length").textContent = length;
    document.getElementById("offline").hidden = online || length === 0;
  },
  saved(entry, told) {
    tellSaved(told.saved_at);
    forget(entry.work);
    if (entry.work !== at.sheet?.id) return;
    if (entry.mark) at.marks.saved(told);
    else at.sheet.row_of(entry.criterion).dataset.number = told.number;
  },
  handedIn(entry, status, told) {
    inTurn(() => handedIn(entry, status, told));
  },
  async conflict(entry, told) {
    const theirs = told.theirs ?? { value: "", number: 0, note: "" };
    const choice = await chooseVersion(entry.mark ? markVersions(entry, told.theirs) : pointVersions(entry, theirs));
    if (choice === "mine") {
      await at.outbox.rebase(entry, theirs.number);
      return;
    }
    await at.outbox.drop(entry);
    if (entry.mark) await reload();
    else show(entry, theirs);
  },
  // A work with a save that the server does not take is not handed in without it.
  async refused(entry, status, told) {
    const unsaved = { label: entry.criterion ?? text("markOwn"), value: entry.value || "—" };
    await at.outbox.keepFromHandingIn(entry.work);
    // Where the work itself is refused, the sheet at least does not show what was not saved.
    if (status !== 404) await comeBack(entry).catch(() => showUnsaved(entry));
    say(status === 404 ? text("gone", unsaved) : told.message ?? text("trouble"));
  },
  loggedOut: enterAgain,
};
