// The scan: pages, zoom, place, rotation, contrast; the view stays from work to work.
import { text } from "./texts.js";
import { imageUrl, knowImage } from "./prefetch.js";

const STEP = 1.25;
const SMALLEST = 0.2;
const LARGEST = 6;
const CONTRASTS = ["", "strong", "stronger"];
const view = { zoom: 1, x: 0, y: 0, turn: 0, contrast: 0, whole: false };

let root = null;
let frame = null;
let image = null;
let page = 0;
let seen = new Set();

export function mount(work) {
  root = work;
  frame = work.querySelector(".viewer");
  image = work.querySelector(".sheet-image");
  seen = new Set();
  page = 0;
  if (!image) return Promise.resolve();
  frame.addEventListener("wheel", onWheel, { passive: false });
  frame.addEventListener("pointerdown", onPointer);
  const early = image.getAttribute("src");
  if (early) knowImage(early); // the page of a whole load is on its way already
  const painted = showPage(0, { keepPlace: true });
  painted.then(() => fillThumbs(work));
  return painted;
}

export const seenImages = () => [...seen];

const thumbs = () => [...root.querySelectorAll(".thumb")];

// After the page itself: the line may be narrow.
async function fillThumbs(work) {
  for (const thumb of work.querySelectorAll(".thumb")) {
    const picture = document.createElement("img");
    picture.alt = "";
    picture.src = await imageUrl(thumb.dataset.src);
    thumb.querySelector(".thumb-image").replaceChildren(picture);
  }
}

export async function showPage(wanted, { keepPlace = false } = {}) {
  const all = thumbs();
  if (!image || wanted < 0 || wanted >= all.length) return;
  page = wanted;
  const thumb = all[page];
  const shown = root;
  const url = await imageUrl(thumb.dataset.src);
  if (image.getAttribute("src") !== url) image.src = url;
  await image.decode().catch(() => {});
  if (shown !== root) return;
  seen.add(thumb.dataset.image);
  all.forEach((other, at) => other.setAttribute("aria-current", at === page ? "true" : "false"));
  document.getElementById("page-place").textContent = text("pagePlace", { page: page + 1, pages: all.length });
  if (!keepPlace) Object.assign(view, { x: 0, y: 0 });
  draw();
}

export const turnPage = (by) => showPage(page + by);

function sizes() {
  const thumb = thumbs()[page];
  const width = Number(thumb.dataset.width);
  const height = Number(thumb.dataset.height);
  return view.turn % 180 === 0 ? { width, height, own: width } : { width: height, height: width, own: width };
}

function scale({ width, height }) {
  const across = frame.clientWidth / width;
  const fit = view.whole ? Math.min(across, frame.clientHeight / height) : across;
  return fit * view.zoom;
}

// The page is centred across and begins at the top; it cannot be dragged out of sight.
function draw() {
  if (!image) return;
  const size = sizes();
  const factor = scale(size);
  const [wide, high] = [size.width * factor, size.height * factor];
  const across = Math.max(0, (wide - frame.clientWidth) / 2);
  view.x = Math.max(-across, Math.min(across, view.x));
  view.y = Math.min(0, Math.max(Math.min(0, frame.clientHeight - high), view.y));
  const left = frame.clientWidth / 2 + view.x;
  const top = high / 2 + view.y;
  image.style.width = `${size.own}px`;
  image.style.transform = `translate(${left}px, ${top}px) scale(${factor}) rotate(${view.turn}deg) translate(-50%, -50%)`;
  image.dataset.contrast = CONTRASTS[view.contrast];
}

export function zoom(by) {
  view.zoom = Math.max(SMALLEST, Math.min(LARGEST, view.zoom * (by > 0 ? STEP : 1 / STEP)));
  draw();
}

export function wholePage() {
  Object.assign(view, { whole: !view.whole, zoom: 1, x: 0, y: 0 });
  draw();
}

export function rotate() {
  view.turn = (view.turn + 90) % 360;
  draw();
}

export function contrast() {
  view.contrast = (view.contrast + 1) % CONTRASTS.length;
  draw();
}

function onWheel(event) {
  event.preventDefault();
  if (event.ctrlKey) zoom(-event.deltaY);
  else {
    view.x -= event.deltaX;
    view.y -= event.deltaY;
    draw();
  }
}

function onPointer(event) {
  const start = { x: event.clientX - view.x, y: event.clientY - view.y };
  frame.setPointerCapture(event.pointerId);
  const move = (moved) => {
    view.x = moved.clientX - start.x;
    view.y = moved.clientY - start.y;
    draw();
  };
  frame.addEventListener("pointermove", move);
  frame.addEventListener("pointerup", () => frame.removeEventListener("pointermove", move), { once: true });
}

addEventListener("resize", () => { if (root) draw(); });
