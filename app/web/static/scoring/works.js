// From work to work: the next one is put in whole, with what still waits to be sent.
import { across, addressOf, begin, end, isNew } from "./across.js";
import { labelButtons } from "./keys.js";
import { Marks } from "./marks.js";
import { fetchPanel, prefetch, takePanel } from "./prefetch.js";
import { Offline, send } from "./server.js";
import { Sheet } from "./sheet.js";
import { at, page, say } from "./state.js";
import { text } from "./texts.js";
import * as viewer from "./viewer.js";

const brand = document.title.split(" · ").at(-1);
const behind = [];
const gone = new Set(); // handed in on this screen: no list fetched before knows of it

function mount(work) {
  document.getElementById("work").replaceWith(work);
  start(work);
}

export function start(work) {
  labelButtons(document);
  at.rest ??= work.dataset.rest;
  tellPlace(work);
  const pending = at.outbox.of(work.dataset.work);
  if (pending.some((entry) => entry.submit)) work.dataset.writable = "no";
  at.sheet = new Sheet(work, pending);
  at.marks = new Marks(work, pending, at.onMark);
  const wanted = across() === null ? undefined : at.sheet.row_of(across());
  if (wanted) at.sheet.go(at.sheet.rows.indexOf(wanted));
  const painted = viewer.mount(work, at.sheet.row).then(() => performance.mark("work-painted"));
  at.sheet.onGo = (row) => viewer.follow(row).catch(() => say(text("trouble")));
  if (at.sheet.writable) send(`${work.dataset.url}/open`, {}).catch(() => {});
  painted.then(() => prefetch(aheadOf(work)), () => {});
}

function tellPlace(work) {
  document.getElementById("place").textContent = `${work.dataset.place} · ${at.rest}`;
  document.title = `${work.dataset.place} · ${brand}`;
}

export function tellRest(rest) {
  at.rest = rest ?? at.rest;
  tellPlace(at.sheet.work);
}

const aheadOf = (work) => work.dataset.ahead.split(" ").filter((panel) => panel && !gone.has(panel));
export const nextPanel = () => aheadOf(at.sheet.work)[0];

export async function reload() {
  mount(await fetchPanel(at.sheet.work.dataset.panel));
}

async function goTo(panel) {
  const work = await takePanel(panel);
  if (work === null) throw new Offline(panel);
  history.replaceState(null, "", addressOf(work));
  mount(work);
}

const panelOf = (entry) => entry.url.replace(/\/\w+$/, "/panel");

export async function goOn(panel) {
  gone.add(at.sheet.work.dataset.panel);
  await goTo(panel);
}

export async function comeBack(entry) {
  gone.delete(panelOf(entry));
  if (entry.work === at.sheet.id) await reload();
  else await goTo(panelOf(entry));
}

// The work is off the desk; the next one comes, or the list.
export async function leave(status, told) {
  if (status !== 200) return say(told.message ?? text("trouble"));
  say("");
  if (told.panel === null) return location.assign(told.list);
  at.rest = told.rest;
  await goTo(told.panel);
}

export async function nextWork() {
  const next = nextPanel();
  if (!next) return location.assign(page.dataset.list);
  behind.push(at.sheet.work.dataset.panel);
  await goTo(next);
}

export async function previousWork() {
  const last = behind.pop();
  if (last) await goTo(last);
}

export function toggleAcross() {
  if (across() === null) begin(at.sheet.row.dataset.label, at.sheet.id);
  else end();
  history.replaceState(null, "", addressOf(at.sheet.work));
}

// The works are gone round once; those with points for the criterion are passed by.
export async function nextOfCriterion() {
  const label = across();
  do {
    const next = nextPanel();
    if (next) await goTo(next);
    if (!next || !isNew(at.sheet.id)) {
      end();
      history.replaceState(null, "", addressOf(at.sheet.work));
      say(text("acrossDone", { label }));
      return;
    }
  } while (at.sheet.row.dataset.value !== "");
}
