// The queue of saves: one after another, again and again, until the server has answered.
import { LoggedOut, Offline, send } from "./server.js";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10000;
const FORCE_AFTER_MS = 1000; // the server's answer, which is on its disk, comes sooner where there is a line

// What a save is about: versions of one criterion, or of one mark, stand on each other.
const subjectOf = (entry) => (entry.submit ? "" : entry.mark?.id ?? entry.criterion);
const isSame = (one, other) => one.work === other.work && subjectOf(one) === subjectOf(other);

function bodyOf({ submit, mark, criterion, value, note, key, basedOn }) {
  if (submit) return submit;
  return { ...(mark ?? { criterion, value, note }), key, based_on: basedOn };
}

export class Outbox {
  // `on`: changed(length, online), saved(entry, told), handedIn(entry, status, told), conflict(entry, told),
  // refused(entry, status, told), loggedOut(); the last three answer with a promise.
  constructor(journal, on) {
    this.journal = journal;
    this.on = on;
    this.entries = [];
    this.made = new Map(); // key of a save -> the version that it became
    this.busy = false;
    this.wait = FIRST_WAIT_MS;
    addEventListener("online", () => this.hurry());
  }

  async load() {
    this.entries = await this.journal.all();
    this.tell(true);
    this.flush();
  }

  of(work) {
    return this.entries.filter((entry) => entry.work === work);
  }

  // In the journal first: only then may the key be echoed.
  async add(entry) {
    const before = this.entries.findLast((other) => isSame(other, entry));
    const kept = await this.journal.add({ ...entry, after: before?.key ?? null });
    this.entries.push(kept);
    // What it stands on may have been answered while the journal wrote.
    if (this.made.has(kept.after)) await this.rebase(kept, this.made.get(kept.after));
    this.tell(this.online !== false);
    this.forceLater();
    this.flush();
    return kept;
  }

  // What the server has not taken by then is forced onto the disk: the power may go as well.
  forceLater() {
    this.forcing ??= setTimeout(() => {
      this.forcing = null;
      if (this.entries.length > 0) this.journal.force();
    }, FORCE_AFTER_MS);
  }

  hurry() {
    clearTimeout(this.timer);
    this.wait = FIRST_WAIT_MS;
    this.flush();
  }

  async flush() {
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.entries.length > 0) await this.sendFirst();
    } catch (error) {
      if (error instanceof LoggedOut) await this.on.loggedOut();
      else if (!(error instanceof Offline)) throw error;
      this.later(error instanceof Offline);
    } finally {
      this.busy = false;
    }
  }

  later(offline) {
    this.tell(!offline);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
  }

  async sendFirst() {
    const entry = this.entries[0];
    const { status, told } = await send(entry.url, bodyOf(entry));
    this.wait = FIRST_WAIT_MS;
    if (entry.submit) {
      await this.remove(entry);
      this.on.handedIn(entry, status, told);
    } else if (status === 200) await this.settle(entry, told);
    else if (status === 409) await this.on.conflict(entry, told);
    else {
      await this.drop(entry);
      await this.on.refused(entry, status, told);
    }
    this.tell(true);
  }

  // The next save of the same criterion stands on the version that was just made.
  async settle(entry, told) {
    this.made.set(entry.key, told.number);
    for (const next of this.entries.filter((other) => other.after === entry.key)) {
      await this.rebase(next, told.number);
    }
    await this.remove(entry);
    this.on.saved(entry, told);
  }

  // It stands on that version from now on.
  async rebase(entry, number) {
    entry.basedOn = number;
    entry.after = null;
    await this.journal.change(entry);
  }

  // Everything unsent on that subject goes: what stands on a dropped save cannot stand.
  async drop(entry) {
    const doomed = this.entries.filter((other) => isSame(other, entry));
    for (const one of doomed) await this.remove(one);
  }

  async keepFromHandingIn(work) {
    for (const one of this.of(work)) if (one.submit) await this.remove(one);
  }

  async remove(entry) {
    await this.journal.remove(entry);
    this.entries = this.entries.filter((other) => other !== entry);
    this.tell(this.online !== false);
  }

  tell(online) {
    this.online = online;
    this.on.changed(this.entries.length, online);
  }
}
