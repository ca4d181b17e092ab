// Marks on the scan: placed by mouse or by keys, drawn over whatever part of the page is shown.
import { cursorAt, drawn, layer } from "./drawing.js";
import { shown } from "./viewer.js";

const STRETCHED = new Set(["underline", "given", "lost"]);
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 0.01; // of the page's width
const FINE = 0.2;
const NEAR = 0.06;

export class Marks {
  // `put(kind, box)` and `remove(mark)` are called when the person has placed or deleted a mark.
  constructor(work, pending, on) {
    this.work = work;
    this.on = on;
    this.all = new Map(JSON.parse(work.dataset.marks).map((mark) => [this.key(mark), mark]));
    for (const { mark, basedOn } of pending) if (mark) this.all.set(`0:${mark.id}`, { ...mark, number: basedOn, reader: 0 });
    this.tool = null;
    const frame = work.querySelector(".viewer");
    frame.addEventListener("laid", () => this.draw());
    frame.addEventListener("pointerdown", (event) => this.press(event));
  }

  key(mark) { return `${mark.reader}:${mark.id}`; }
  get(id) { return this.all.get(`0:${id}`); }

  set(mark) {
    this.all.set(this.key(mark), mark);
    this.draw();
  }

  saved(told) {
    const mark = this.get(told.id);
    if (mark) mark.number = told.number;
  }

  // A tool chosen by a key works by keys until its mark is placed; by mouse, until it is let go.
  choose(kind, byKeys) {
    const again = this.tool?.kind === kind;
    const { picture } = shown();
    this.tool = again || !picture ? null : { kind, byKeys, start: null, at: this.middle(picture) };
    this.tell();
  }

  tell() {
    const { frame } = shown();
    if (this.tool) frame.dataset.tool = this.tool.kind;
    else delete frame.dataset.tool;
    for (const button of this.work.querySelectorAll("[data-mark]")) {
      button.setAttribute("aria-pressed", button.dataset.mark === this.tool?.kind ? "true" : "false");
    }
    this.draw();
  }

  middle(picture) {
    return { x: picture.left + picture.width / 2, y: picture.top + Math.min(picture.height, picture.width) / 2 };
  }

  draw() {
    const { picture, page, stack } = shown();
    if (!picture || !stack) return;
    const svg = layer(picture);
    const here = [...this.all.values()].filter((mark) => mark.image === page.image && !mark.removed);
    svg.append(...here.map((mark) => drawn(mark, page)));
    if (this.tool && (this.tool.byKeys || this.tool.start)) svg.append(...cursorAt(this.tool.at, this.tool.start, page));
    stack.querySelector(".marks")?.remove();
    stack.append(svg);
  }

  // Keys that a tool in hand takes for itself; true when it took this one.
  takes(event) {
    if (this.tool && event.code === "Escape") {
      this.letGo();
      return true;
    }
    if (!this.tool?.byKeys) return false;
    if (event.code in ARROWS) this.move(ARROWS[event.code], event.shiftKey ? FINE : 1);
    else if (["Enter", "NumpadEnter"].includes(event.code)) this.fix();
    else if (["Delete", "Backspace"].includes(event.code)) this.removeNearest();
    else return false;
    return true;
  }

  move([across, down], part) {
    const { picture, page } = shown();
    const step = page.width * STEP * part;
    const { at } = this.tool;
    at.x = Math.max(picture.left, Math.min(picture.left + picture.width, at.x + across * step));
    at.y = Math.max(picture.top, Math.min(picture.top + picture.height, at.y + down * step));
    this.draw();
  }

  letGo() {
    if (this.tool.start) this.tool.start = null;
    else this.tool = null;
    this.tell();
  }

  fix() {
    const { kind, at, start } = this.tool;
    if (STRETCHED.has(kind) && !start) {
      this.tool.start = { ...at };
      this.draw();
      return;
    }
    this.tool = null;
    this.tell();
    this.place(kind, start ?? at, at);
  }

  place(kind, from, to) {
    const { page } = shown();
    const w = STRETCHED.has(kind) ? Math.abs(to.x - from.x) / page.width : 0;
    const h = ["given", "lost"].includes(kind) ? Math.abs(to.y - from.y) / page.height : 0;
    const x = Math.min(from.x, to.x) / page.width;
    const y = (kind === "underline" ? from.y : Math.min(from.y, to.y)) / page.height;
    const box = [x, y, Math.min(w, 1 - x), Math.min(h, 1 - y)].map((part) => Math.round(part * 1e5) / 1e5);
    if (STRETCHED.has(kind) && w < 0.002) return;
    this.on.put(kind, box, page.image);
  }

  removeNearest() {
    const { page } = shown();
    const { x, y } = this.tool.at;
    const away = (mark) => {
      const [left, top, w, h] = mark.box;
      const across = Math.max(left - x / page.width, 0, x / page.width - left - w);
      const down = Math.max(top - y / page.height, 0, y / page.height - top - h);
      return Math.hypot(across, down);
    };
    const own = [...this.all.values()].filter((mark) => mark.reader === 0 && mark.image === page.image && !mark.removed);
    const [nearest] = own.sort((one, other) => away(one) - away(other));
    if (nearest && away(nearest) <= NEAR) this.on.remove(nearest);
  }

  // From the screen to the page: through whatever zoom and turn the picture has now.
  pointOf(event) {
    const { picture, frame, stack } = shown();
    const edge = frame.getBoundingClientRect();
    const inside = new DOMMatrix(getComputedStyle(stack).transform).inverse()
      .transformPoint(new DOMPoint(event.clientX - edge.left, event.clientY - edge.top));
    return {
      x: picture.left + Math.max(0, Math.min(picture.width, inside.x)),
      y: picture.top + Math.max(0, Math.min(picture.height, inside.y)),
    };
  }

  press(event) {
    if (!this.tool) return;
    const { frame } = shown();
    const { kind } = this.tool;
    this.tool.at = this.pointOf(event);
    if (!STRETCHED.has(kind)) return this.place(kind, this.tool.at, this.tool.at);
    this.tool.start = { ...this.tool.at };
    frame.setPointerCapture(event.pointerId);
    const move = (moved) => {
      if (this.tool) this.tool.at = this.pointOf(moved);
      this.draw();
    };
    frame.addEventListener("pointermove", move);
    frame.addEventListener("pointerup", () => {
      frame.removeEventListener("pointermove", move);
      if (!this.tool?.start) return;
      const { start, at } = this.tool;
      this.tool.start = null;
      this.place(kind, start, at);
    }, { once: true });
  }
}
