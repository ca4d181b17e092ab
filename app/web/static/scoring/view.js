// How a picture stands in its frame: fitted, zoomed, moved, turned; kept from work to work.
const STEP = 1.25;
const SMALLEST = 0.2;
const LARGEST = 6;
const LARGEST_FIT = 2; // a small answer is not blown up to mush
const CONTRASTS = ["", "strong", "stronger"];

const places = { page: { zoom: 1, x: 0, y: 0 }, crop: { zoom: 1, x: 0, y: 0 } };
export const view = { turn: 0, contrast: 0, whole: false, answers: true };

export const placeOf = (picture) => places[picture.kind];

export function toTop(picture) {
  Object.assign(placeOf(picture), { x: 0, y: 0 });
}

export function zoomBy(picture, by) {
  const place = placeOf(picture);
  place.zoom = Math.max(SMALLEST, Math.min(LARGEST, place.zoom * (by > 0 ? STEP : 1 / STEP)));
}

export function toggleWhole(picture) {
  view.whole = !view.whole;
  Object.assign(placeOf(picture), { zoom: 1, x: 0, y: 0 });
}

export function turn() {
  view.turn = (view.turn + 90) % 360;
}

export function nextContrast() {
  view.contrast = (view.contrast + 1) % CONTRASTS.length;
}

// The whole of an answer is always in sight at first; a page is fitted across, or whole on demand.
function factorOf(picture, frame, wide, high) {
  const across = frame.clientWidth / wide;
  const fit = picture.kind === "crop" || view.whole ? Math.min(across, frame.clientHeight / high) : across;
  return Math.min(fit, LARGEST_FIT) * placeOf(picture).zoom;
}

// The picture is centred across and begins at the top; it cannot be dragged out of sight.
export function lay(stack, picture, frame) {
  const upright = view.turn % 180 === 0;
  const [wide, high] = upright ? [picture.width, picture.height] : [picture.height, picture.width];
  const factor = factorOf(picture, frame, wide, high);
  const place = placeOf(picture);
  const across = Math.max(0, (wide * factor - frame.clientWidth) / 2);
  place.x = Math.max(-across, Math.min(across, place.x));
  place.y = Math.min(0, Math.max(Math.min(0, frame.clientHeight - high * factor), place.y));
  const left = frame.clientWidth / 2 + place.x;
  const top = (high * factor) / 2 + place.y;
  stack.style.width = `${picture.width}px`;
  stack.style.height = `${picture.height}px`;
  stack.style.transform = `translate(${left}px, ${top}px) scale(${factor}) rotate(${view.turn}deg) translate(-50%, -50%)`;
  stack.dataset.contrast = CONTRASTS[view.contrast];
}
