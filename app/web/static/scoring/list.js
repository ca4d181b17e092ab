// The list of works tells of points that still wait on this computer.
import { openJournal } from "./journal.js";

const notice = document.getElementById("outbox");
const journal = await openJournal(notice.dataset.owner);
const waiting = await journal.all();
if (waiting.length > 0) {
  const link = document.createElement("a");
  link.href = waiting[0].url.replace(/\/(points|annotations|submit)$/, "");
  link.textContent = String(waiting.length);
  notice.textContent = notice.dataset.text;
  notice.append(link);
  notice.hidden = false;
}
