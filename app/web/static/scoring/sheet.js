// The criteria beside the scan: what is given, which one is current, what a dependency allows.
import { text } from "./texts.js";

const isLocked = (row) => row.dataset.locked === "yes";

export class Sheet {
  constructor(work, pending) {
    this.work = work;
    this.rows = [...work.querySelectorAll(".criterion")];
    this.history = [];
    this.onGo = () => {};
    for (const entry of pending) if (!entry.mark) this.put(entry.criterion, entry.value, entry.note);
    this.go(this.firstEmpty() ?? this.nextOpen(0));
    this.refresh();
  }

  get id() { return this.work.dataset.work; }
  get writable() { return this.work.dataset.writable === "yes"; }
  get row() { return this.rows[this.at]; }

  // Nothing more is given until the server has answered.
  close() {
    this.work.dataset.writable = "no";
    this.refresh();
  }

  row_of(label) { return this.rows.find((row) => row.dataset.label === label); }

  firstEmpty(from = 0) {
    const at = this.rows.findIndex((row, index) => index >= from && row.dataset.value === "");
    return at < 0 ? null : at;
  }

  // Where a work is open again for one criterion alone, the others are passed by.
  nextOpen(from) {
    const at = this.rows.findIndex((row, index) => index >= from && !isLocked(row));
    return at < 0 ? this.at ?? 0 : at;
  }

  missing() {
    return this.rows.filter((row) => row.dataset.value === "").map((row) => row.dataset.label);
  }

  // Points at which the server asks once more: nothing at all, or everything.
  mayBeSlip() {
    return ["0", this.work.dataset.maxTotal].includes(this.work.querySelector("#total").textContent);
  }

  go(at) {
    this.at = Math.max(0, Math.min(this.rows.length - 1, at));
    this.rows.forEach((row, index) => {
      if (index === this.at) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    });
    this.row?.scrollIntoView({ block: "nearest" });
    this.onGo(this.row);
  }

  // Why the value cannot be given; null when it can.
  objection(row, value) {
    const { label, max, base } = row.dataset;
    if (isLocked(row)) return row.dataset.value === value ? null : text("locked", { label });
    if (value === "" || value === "X") return null;
    if (Number(value) > Number(max)) return text("tooMany", { label, max });
    const under = base ? this.row_of(base).dataset.value : "";
    if (Number(value) > 0 && (under === "0" || under === "X")) return text("dependent", { base, value: under });
    return null;
  }

  put(label, value, note) {
    const row = this.row_of(label);
    row.dataset.value = value;
    row.querySelector(".note input").value = note;
    this.refresh();
  }

  refresh() {
    let total = 0;
    for (const row of this.rows) {
      const { value } = row.dataset;
      total += Number(value) || 0;
      row.classList.toggle("is-broken", this.objection(row, value) !== null);
      for (const button of row.querySelectorAll("[data-value]")) {
        const pressed = button.dataset.value === value;
        const disabled = !this.writable || isLocked(row) || (!pressed && this.objection(row, button.dataset.value) !== null);
        if ((button.getAttribute("aria-pressed") === "true") !== pressed) button.setAttribute("aria-pressed", String(pressed));
        if (button.disabled !== disabled) button.disabled = disabled;
      }
    }
    this.work.querySelector("#total").textContent = total;
  }
}
