// The scoring screen: a key is written down, echoed, sent; Enter hands the work in and shows the next.
import { begin, wanted } from "./across.js";
import { answers, enterAgain } from "./answers.js";
import { endTyping, give, giveAndGoOn, giveDigit, putMark, saveMark, undo } from "./giving.js";
import { recuse, setAside, submit } from "./handing.js";
import { showHelp } from "./help.js";
import { openJournal } from "./journal.js";
import { listen } from "./keys.js";
import { Outbox } from "./outbox.js";
import { LoggedOut, Offline } from "./server.js";
import { at, inTurn, page, say, whenTroubled } from "./state.js";
import { text } from "./texts.js";
import * as viewer from "./viewer.js";
import { nextWork, previousWork, start, toggleAcross } from "./works.js";

const MARKS = ["tick", "cross", "underline", "text", "given", "lost"];
const ACTIONS = {
  points: giveDigit,
  full: () => giveAndGoOn(at.sheet.row.dataset.max),
  zero: () => giveAndGoOn("0"),
  x: () => giveAndGoOn("X"),
  clear: () => give(at.sheet.row, ""),
  undo,
  previousCriterion: () => at.sheet.go(at.sheet.at - 1),
  nextCriterion: () => at.sheet.go(at.sheet.at + 1),
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
  ...Object.fromEntries(MARKS.map((kind) => [kind, () => at.marks.choose(kind, true)])),
};

function act(name, argument) {
  if (name !== "points") endTyping();
  inTurn(() => ACTIONS[name](argument));
}

whenTroubled(async (error) => {
  if (error instanceof LoggedOut) await enterAgain();
  else if (error instanceof Offline) say(text("trouble"));
  else throw error;
});

document.addEventListener("click", (event) => {
  const points = event.target.closest(".points [data-value]");
  const thumb = event.target.closest(".thumb");
  const tool = event.target.closest("[data-action]");
  const row = event.target.closest(".criterion");
  if (row) at.sheet.go(at.sheet.rows.indexOf(row));
  if (points) inTurn(() => give(row, points.dataset.value));
  if (thumb) viewer.showPage(Number(thumb.dataset.page));
  const pen = event.target.closest("[data-mark]");
  if (pen) at.marks.choose(pen.dataset.mark, event.detail === 0);
  if (tool) act(tool.dataset.action, tool.dataset.kind);
});
document.addEventListener("change", (event) => {
  const row = event.target.closest(".note") && event.target.closest(".criterion");
  if (row) inTurn(() => give(row, row.dataset.value, { note: event.target.value }));
});

at.onMark = {
  put: (kind, box, image) => inTurn(() => putMark(kind, box, image)),
  remove: (mark) => inTurn(() => saveMark({ ...mark, removed: true })),
};
at.outbox = new Outbox(await openJournal(page.dataset.owner), answers);
listen(act, (event) => at.marks?.takes(event) ?? false);
await at.outbox.load();
const work = document.getElementById("work");
if (wanted(work)) begin(wanted(work), work.dataset.work);
start(work);
document.body.dataset.ready = "yes";
