// The scan: the answer to the current criterion first, whole pages on demand.
import { imageUrl, knowImage } from "./prefetch.js";
import { text } from "./texts.js";
import { lay, nextContrast, placeOf, toggleWhole, toTop, turn, view, zoomBy } from "./view.js";

let root = null;
let frame = null;
let stack = null;
let image = null;
let pages = [];
let crops = [];
let picture = null; // what was asked for last
let painted = null; // what is on the screen
let row = null; // the criterion whose answer is looked at
let seenPages = new Set();
let seenCrops = new Set();

export function mount(work, first) {
  root = work;
  frame = work.querySelector(".viewer");
  stack = work.querySelector(".sheet-stack");
  image = work.querySelector(".sheet-image");
  pages = [...work.querySelectorAll(".thumb")].map(pageOf);
  crops = [...work.querySelectorAll(".crop")].map(cropOf);
  [seenPages, seenCrops] = [new Set(), new Set()];
  row = first;
  [picture, painted] = [null, null];
  if (!image) return Promise.resolve();
  frame.addEventListener("wheel", onWheel, { passive: false });
  frame.addEventListener("pointerdown", onPointer);
  const early = image.getAttribute("src");
  if (early) knowImage(early); // the picture of a whole load is on its way already
  const begun = show(answers()[0] ?? pages[0], { keepPlace: true });
  begun.then(() => fill(work)).catch(() => {}); // without a connection they come when they are asked for
  return begun;
}

function pageOf(thumb, at) {
  const { src, image: id, width, height } = thumb.dataset;
  return { kind: "page", url: src, image: id, page: at, left: 0, top: 0, width: Number(width), height: Number(height) };
}

function cropOf(item) {
  const { src, page, left, top, width, height } = item.dataset;
  return { kind: "crop", url: src, page: Number(page) - 1, left: Number(left), top: Number(top),
    width: Number(width), height: Number(height) };
}

// What is on the screen, and the page that it is a part of.
export const shown = () => ({ picture, page: pages[picture?.page ?? 0], frame, stack });

const answers = () => (view.answers && row ? row.dataset.crops.split(" ").filter(Boolean).map((at) => crops[at]) : []);

// A page counts as seen when it was open, or when every answer on it was.
export function seenImages() {
  const byAnswers = pages.filter((page) => {
    const own = crops.filter((crop) => crop.page === page.page);
    return own.length > 0 && own.every((crop) => seenCrops.has(crop.url));
  });
  return [...new Set([...seenPages, ...byAnswers.map((page) => page.image)])];
}

export function unseen() {
  const seen = seenImages();
  return pages.some((page) => !seen.includes(page.image));
}

// After the picture itself: the line may be narrow. Answers first, they are asked for sooner.
async function fill(work) {
  for (const crop of crops) await imageUrl(crop.url);
  for (const thumb of work.querySelectorAll(".thumb")) {
    const small = document.createElement("img");
    small.alt = "";
    small.src = await imageUrl(thumb.dataset.src);
    thumb.querySelector(".thumb-image").replaceChildren(small);
  }
}

async function show(wanted, { keepPlace = false } = {}) {
  if (!image || !wanted) return;
  const [work, before] = [root, picture];
  picture = wanted;
  const url = await imageUrl(wanted.url);
  if (image.getAttribute("src") !== url) {
    image.src = url;
    await image.decode().catch(() => {});
  } else if (!image.complete) await image.decode().catch(() => {});
  if (work !== root || picture !== wanted) return;
  painted = wanted;
  (wanted.kind === "page" ? seenPages : seenCrops).add(wanted.image ?? wanted.url);
  if (!keepPlace && before?.kind === wanted.kind) toTop(wanted);
  tell();
  draw();
}

function tell() {
  const at = picture.page;
  root.querySelectorAll(".thumb").forEach((thumb, index) => {
    thumb.setAttribute("aria-current", index === at ? "true" : "false");
  });
  const own = answers();
  const values = { page: at + 1, pages: pages.length, label: row?.dataset.label ?? "", part: own.indexOf(picture) + 1, parts: own.length };
  const place = picture.kind === "page" ? "pagePlace" : own.length > 1 ? "partPlace" : "answerPlace";
  document.getElementById("page-place").textContent = text(place, values);
}

export function showPage(wanted) {
  view.answers = false;
  return show(pages[wanted]);
}

// Among the pages, or among the parts of one answer.
export function turnPage(by) {
  const own = answers();
  if (picture?.kind === "crop" && own.length > 1) return show(own[own.indexOf(picture) + by]);
  return showPage((picture?.page ?? 0) + by);
}

// The current criterion has changed: its answer comes, unless whole pages are looked at.
export function follow(criterion) {
  row = criterion;
  const [answer] = answers();
  if (answer && answer !== picture) return show(answer);
  if (picture && picture === painted) tell();
  return Promise.resolve();
}

// Where the form names the tasks: the answer or its page; elsewhere the page by width or whole.
export function wholePage() {
  if (crops.length === 0) {
    toggleWhole(picture);
    return draw();
  }
  view.answers = !view.answers;
  return show(answers()[0] ?? pages[picture?.page ?? 0], { keepPlace: true });
}

function draw() {
  if (!image || !picture) return;
  lay(stack, picture, frame);
  stack.dispatchEvent(new CustomEvent("laid", { bubbles: true }));
}

export function zoom(by) {
  zoomBy(picture, by);
  draw();
}

export function rotate() {
  turn();
  draw();
}

export function contrast() {
  nextContrast();
  draw();
}

function onWheel(event) {
  event.preventDefault();
  if (event.ctrlKey) zoom(-event.deltaY);
  else pan(-event.deltaX, -event.deltaY);
}

function pan(across, down) {
  const place = placeOf(picture);
  place.x += across;
  place.y += down;
  draw();
}

function onPointer(event) {
  if (frame.dataset.tool) return;
  frame.setPointerCapture(event.pointerId);
  let last = event;
  const move = (moved) => {
    pan(moved.clientX - last.clientX, moved.clientY - last.clientY);
    last = moved;
  };
  frame.addEventListener("pointermove", move);
  frame.addEventListener("pointerup", () => frame.removeEventListener("pointermove", move), { once: true });
}

addEventListener("resize", () => { if (root) draw(); });
