// One mark on a page as SVG, in the page's own pixels: the same for experts, commission and chair.
import { text } from "./texts.js";

const NS = "http://www.w3.org/2000/svg";
const SIGN = { given: "+", lost: "−" };

function element(name, attributes) {
  const made = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function words(x, y, size, content) {
  const made = element("text", { x, y, "font-size": size });
  made.textContent = content;
  return made;
}

// What a mark looks like; `unit` is one hundredth of the page's width.
const SHAPES = {
  tick: ({ x, y, unit }) => [element("path", { d: `M${x - 1.4 * unit} ${y} l${unit} ${1.2 * unit} l${1.8 * unit} ${-2.8 * unit}` })],
  cross: ({ x, y, unit }) => [element("path", { d: `M${x - unit} ${y - unit} l${2 * unit} ${2 * unit} m0 ${-2 * unit} l${-2 * unit} ${2 * unit}` })],
  underline: ({ x, y, w }) => [element("path", { d: `M${x} ${y} h${w}` })],
  text: ({ x, y, unit }, mark) => [words(x, y, 2.4 * unit, mark.words)],
  given: frame,
  lost: frame,
};

function frame({ x, y, w, h, unit }, mark) {
  return [
    element("rect", { x, y, width: w, height: h }),
    words(x + 0.4 * unit, y + 2 * unit, 1.9 * unit, `${mark.criterion} ${SIGN[mark.kind]}`),
  ];
}

export function titleOf(mark) {
  const said = text(`mark-${mark.kind}`.replace(/-(\w)/, (_, letter) => letter.toUpperCase()), { label: mark.criterion, words: mark.words });
  return mark.reader > 0 ? `${said} (${text("markReader", { n: mark.reader })})` : said;
}

export function drawn(mark, page) {
  const [x, y, w, h] = mark.box.map((part, at) => part * (at % 2 === 0 ? page.width : page.height));
  const group = element("g", { class: `mark mark-${mark.kind} reader-${mark.reader}`, role: "img", "aria-label": titleOf(mark) });
  const title = element("title", {});
  title.textContent = titleOf(mark);
  group.append(title, ...SHAPES[mark.kind]({ x, y, w, h, unit: page.width / 100 }, mark));
  return group;
}

export function layer(picture) {
  return element("svg", { class: "marks", viewBox: `${picture.left} ${picture.top} ${picture.width} ${picture.height}` });
}

export function cursorAt({ x, y }, start, page) {
  const unit = page.width / 100;
  const cross = element("path", { class: "mark-cursor", d: `M${x - 2 * unit} ${y} h${4 * unit} M${x} ${y - 2 * unit} v${4 * unit}` });
  if (!start) return [cross];
  const [left, top] = [Math.min(x, start.x), Math.min(y, start.y)];
  return [cross, element("rect", { class: "mark-cursor", x: left, y: top, width: Math.abs(x - start.x), height: Math.abs(y - start.y) })];
}
