// The scoring screen: a key is written down, echoed, sent; Enter hands the work in and shows the next.
import { across, begin, end, isNew } from "./across.js";
import { askWords, chooseVersion, confirm, logInAgain } from "./dialogs.js";
import { showHelp } from "./help.js";
import { openJournal } from "./journal.js";
import { labelButtons, listen } from "./keys.js";
import { Marks } from "./marks.js";
import { Outbox } from "./outbox.js";
import { forget, parsePanel, prefetch, takePanel } from "./prefetch.js";
import { get, LoggedOut, Offline, send } from "./server.js";
import { Sheet } from "./sheet.js";
import { titleOf } from "./drawing.js";
import { text } from "./texts.js";
import * as viewer from "./viewer.js";

const desk = document.getElementById("desk");
const message = document.getElementById("message");
const journal = await openJournal(desk.dataset.owner);
const behind = [];
let entering = null;
let sheet = null;
let marks = null;
let rest = null; // what is left, as the server told it last
let doing = Promise.resolve();

const outbox = new Outbox(journal, {
  changed(length, online) {
    document.getElementById("queue-length").textContent = length;
    document.getElementById("offline").hidden = online || length === 0;
  },
  saved(entry, told) {
    const time = new Date(told.saved_at).toLocaleTimeString("ru-RU");
    document.getElementById("saved").textContent = text("saved", { time });
    forget(entry.work);
    if (entry.work !== sheet?.id) return;
    if (entry.mark) marks.saved(told);
    else sheet.row_of(entry.criterion).dataset.number = told.number;
  },
  async conflict(entry, told) {
    const theirs = told.theirs ?? { value: "", number: 0, note: "" };
    const choice = await chooseVersion(entry.mark ? markVersions(entry, told.theirs) : pointVersions(entry, theirs));
    if (choice === "mine") {
      await outbox.rebase(entry, theirs.number);
      return;
    }
    await outbox.drop(entry);
    if (entry.mark) await reload();
    else show(entry, theirs);
  },
  async refused(entry, status, told) {
    const unsaved = { label: entry.criterion ?? text("markOwn"), value: entry.value || "—" };
    say(status === 404 ? text("gone", unsaved) : told.message ?? text("trouble"));
    if (entry.work === sheet?.id && status !== 404) await reload();
  },
  loggedOut: enterAgain,
});

function pointVersions(entry, theirs) {
  const mine = outbox.of(entry.work).findLast((other) => other.criterion === entry.criterion);
  return { label: entry.criterion, theirs: theirs.value || "—", mine: mine.value || "—" };
}

function markVersions(entry, theirs) {
  const told = (mark) => (!mark || mark.removed ? "—" : titleOf(mark));
  return { label: text("markOwn"), theirs: told(theirs), mine: told(entry.mark) };
}

function show(entry, version) {
  if (entry.work !== sheet?.id) return;
  sheet.row_of(entry.criterion).dataset.number = version.number;
  sheet.put(entry.criterion, version.value, version.note);
}

// Several requests may find the door closed; one window asks for all of them.
function enterAgain() {
  entering ??= logInAgain().then((owner) => {
    entering = null;
    if (owner !== desk.dataset.owner) location.assign(desk.dataset.list);
  });
  return entering;
}

function say(sentence) {
  message.textContent = sentence;
  message.hidden = sentence === "";
}

function mount(work) {
  document.getElementById("work").replaceWith(work);
  start(work);
}

function start(work) {
  labelButtons(document);
  rest ??= work.dataset.rest;
  document.getElementById("place").textContent = `${work.dataset.place} · ${rest}`;
  sheet = new Sheet(work, outbox.of(work.dataset.work));
  marks = new Marks(work, outbox.of(sheet.id), {
    put: (kind, box, image) => { doing = doing.then(() => putMark(kind, box, image)); },
    remove: (mark) => { doing = doing.then(() => saveMark({ ...mark, removed: true })); },
  });
  const wanted = across() === null ? undefined : sheet.row_of(across());
  if (wanted) sheet.go(sheet.rows.indexOf(wanted));
  const painted = viewer.mount(work, sheet.row).then(() => performance.mark("work-painted"));
  sheet.onGo = (row) => viewer.follow(row).catch(() => say(text("trouble")));
  if (sheet.writable) send(`${work.dataset.url}/open`, {}).catch(() => {});
  painted.then(() => prefetch(work.dataset.ahead.split(" ").filter(Boolean)), () => {});
}

async function reload() {
  const answer = await get(sheet.work.dataset.panel);
  if (answer.ok) mount(parsePanel(await answer.text()));
}

async function goTo(panel) {
  const work = await takePanel(panel);
  if (work === null) throw new Offline(panel);
  history.replaceState(null, "", work.dataset.url);
  mount(work);
}

// One save: written down, then echoed, then sent.
async function give(row, value, { note = row.querySelector(".note input").value, undoing = false } = {}) {
  if (!sheet.writable) return;
  const refusal = sheet.objection(row, value);
  say(refusal ?? "");
  if (refusal !== null) return;
  const before = row.dataset.value;
  await outbox.add({
    key: crypto.randomUUID(), work: sheet.id, url: `${sheet.work.dataset.url}/points`,
    criterion: row.dataset.label, value, note, basedOn: Number(row.dataset.number),
  });
  if (!undoing && before !== value) sheet.history.push({ label: row.dataset.label, value: before });
  sheet.put(row.dataset.label, value, note);
}

async function putMark(kind, box, image) {
  const words = kind === "text" ? await askWords() : "";
  if (kind === "text" && words === "") return;
  const criterion = ["given", "lost"].includes(kind) ? sheet.row.dataset.label : "";
  await saveMark({ id: crypto.randomUUID(), image, kind, box, words, criterion, removed: false, reader: 0, number: 0 });
}

async function saveMark(mark, { undoing = false } = {}) {
  if (!sheet.writable) return;
  const before = marks.get(mark.id) ?? { ...mark, removed: true };
  const { id, image, kind, box, words, criterion, removed } = mark;
  await outbox.add({
    key: crypto.randomUUID(), work: sheet.id, url: `${sheet.work.dataset.url}/annotations`,
    mark: { id, image, kind, box, words, criterion, removed }, basedOn: before.number,
  });
  if (!undoing) sheet.history.push({ mark: before });
  marks.set({ ...mark, number: before.number });
}

async function giveAndGoOn(value) {
  const row = sheet.row;
  await give(row, value);
  if (row.dataset.value !== value) return;
  if (across() === row.dataset.label) await nextOfCriterion();
  else sheet.go(sheet.at + 1);
}

function toggleAcross() {
  if (across() === null) begin(sheet.row.dataset.label, sheet.id);
  else end();
}

// The works are gone round once; those with points for the criterion are passed by.
async function nextOfCriterion() {
  const label = across();
  do {
    const [next] = sheet.work.dataset.ahead.split(" ").filter(Boolean);
    if (next) await goTo(next);
    if (!next || !isNew(sheet.id)) {
      end();
      say(text("acrossDone", { label }));
      return;
    }
  } while (sheet.row.dataset.value !== "");
}

// Where the maximum has two digits, a second key follows the first.
async function giveDigit(digit) {
  const { value, max } = sheet.row.dataset;
  const longer = Number(value + digit);
  if (Number(max) > 9 && typing === sheet.row && longer <= Number(max)) {
    typing = null;
    return giveAndGoOn(String(longer));
  }
  if (Number(max) > 9) {
    typing = sheet.row;
    return give(sheet.row, digit);
  }
  return giveAndGoOn(digit);
}
let typing = null;

async function undo() {
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

async function submit() {
  if (!sheet.writable) return nextWork();
  const missing = sheet.missing();
  if (missing.length > 0) {
    say(text("missing", { labels: missing.join(", ") }));
    sheet.go(sheet.firstEmpty());
    return;
  }
  if (!await outbox.drained(sheet.id)) return say(text("unsent"));
  await handIn(false);
}

async function handIn(confirmed) {
  const { status, told } = await send(`${sheet.work.dataset.url}/submit`, { confirmed, seen: viewer.seenImages() });
  if (status === 428) {
    const answer = await confirm({ title: told.message, lines: told.concerns, yes: text("submitAnyway") });
    if (answer.agreed) await handIn(true);
    return;
  }
  await leave(status, told);
}

// The work is off the desk; the next one comes, or the list.
async function leave(status, told) {
  if (status !== 200) return say(told.message ?? text("trouble"));
  say("");
  if (told.panel === null) return location.assign(told.list);
  rest = told.rest;
  await goTo(told.panel);
}

async function setAside(kind) {
  const answer = await confirm({ title: text("asideTitle"), lines: [], yes: text("setAside"), asksNote: true });
  if (!answer.agreed) return;
  const { status, told } = await send(`${sheet.work.dataset.url}/aside`, { kind, note: answer.note });
  await leave(status, told);
}

async function recuse() {
  const answer = await confirm({ title: text("recuseTitle"), lines: [text("recuseText")], yes: text("recuse") });
  if (!answer.agreed) return;
  const { status, told } = await send(`${sheet.work.dataset.url}/recuse`, {});
  await leave(status, told);
}

async function nextWork() {
  const [next] = sheet.work.dataset.ahead.split(" ").filter(Boolean);
  if (!next) return location.assign(desk.dataset.list);
  behind.push(sheet.work.dataset.panel);
  await goTo(next);
}

async function previousWork() {
  const last = behind.pop();
  if (last) await goTo(last);
}

const ACTIONS = {
  points: giveDigit,
  full: () => giveAndGoOn(sheet.row.dataset.max),
  zero: () => giveAndGoOn("0"),
  x: () => giveAndGoOn("X"),
  clear: () => give(sheet.row, ""),
  undo,
  previousCriterion: () => sheet.go(sheet.at - 1),
  nextCriterion: () => sheet.go(sheet.at + 1),
  previousPage: () => viewer.turnPage(-1),
  nextPage: () => viewer.turnPage(1),
  previousWork,
  nextWork,
  submit,
  zoomIn: () => viewer.zoom(1),
  zoomOut: () => viewer.zoom(-1),
  wholePage: viewer.wholePage,
  rotate: viewer.rotate,
  contrast: viewer.contrast,
  aside: setAside,
  unreadable: () => setAside("unreadable"),
  recuse,
  across: toggleAcross,
  help: showHelp,
  ...Object.fromEntries(["tick", "cross", "underline", "text", "given", "lost"].map((kind) => [kind, () => marks.choose(kind, true)])),
};

// One after another: a key that follows fast acts on what the key before it left.
function act(name, argument) {
  if (name !== "points") typing = null;
  doing = doing.then(() => ACTIONS[name](argument)).catch(async (error) => {
    if (error instanceof LoggedOut) await enterAgain();
    else if (error instanceof Offline) say(text("trouble"));
    else throw error;
  });
}

document.addEventListener("click", (event) => {
  const points = event.target.closest(".points [data-value]");
  const thumb = event.target.closest(".thumb");
  const tool = event.target.closest("[data-action]");
  const row = event.target.closest(".criterion");
  if (row) sheet.go(sheet.rows.indexOf(row));
  if (points) doing = doing.then(() => give(row, points.dataset.value));
  if (thumb) viewer.showPage(Number(thumb.dataset.page));
  const pen = event.target.closest("[data-mark]");
  if (pen) marks.choose(pen.dataset.mark, event.detail === 0);
  if (tool) act(tool.dataset.action, tool.dataset.kind);
});
document.addEventListener("change", (event) => {
  const row = event.target.closest(".note") && event.target.closest(".criterion");
  if (row) doing = doing.then(() => give(row, row.dataset.value, { note: event.target.value }));
});

listen(act, (event) => marks?.takes(event) ?? false);
await outbox.load();
start(document.getElementById("work"));
document.body.dataset.ready = "yes";
