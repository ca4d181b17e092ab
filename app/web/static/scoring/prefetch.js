// Works to come: their panels and first pages, fetched and decoded; nothing is claimed by it.
import { get } from "./server.js";

const KEPT_IMAGES = 96;
const images = new Map();
const panels = new Map();

async function fetchImage(url) {
  const answer = await get(url);
  if (!answer.ok) throw new Error(`no page: ${answer.status}`);
  return URL.createObjectURL(await answer.blob());
}

// A page that the browser loads by itself is not fetched a second time.
export function knowImage(url) {
  images.set(url, Promise.resolve(url));
}

// One fetch an image; the oldest are let go.
export function imageUrl(url) {
  if (!images.has(url)) {
    const wanted = fetchImage(url);
    wanted.catch(() => images.delete(url));
    images.set(url, wanted);
    for (const [oldest, kept] of images) {
      if (images.size <= KEPT_IMAGES) break;
      images.delete(oldest);
      kept.then((made) => setTimeout(() => URL.revokeObjectURL(made), 60000), () => {}); // on no screen by then
    }
  }
  return images.get(url);
}

// A work as the server tells it; its picture comes from here, decoded.
export async function fetchPanel(url) {
  const answer = await get(url);
  if (!answer.ok) throw new Error(`no work: ${answer.status}`);
  const told = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#work");
  told?.querySelector(".sheet-image")?.removeAttribute("src");
  return told && document.adoptNode(told);
}

// A panel fetched ahead serves once: coming back, the work is asked for anew.
export async function takePanel(url) {
  const ready = panels.get(url);
  panels.delete(url);
  return ready ?? fetchPanel(url);
}

// The picture that the work will open with is decoded in its place; its other answers come after it.
async function warm(panel) {
  const work = await panel;
  const image = work?.querySelector(".sheet-image");
  if (!image) return [];
  image.src = await imageUrl(image.dataset.src);
  await image.decode();
  return [...work.querySelectorAll(".crop")].map((crop) => crop.dataset.src);
}

// A save has reached a work that was fetched ahead before it: the panel is old.
export function forget(work) {
  for (const url of panels.keys()) if (url.includes(work)) panels.delete(url);
}

export async function prefetch(urls) {
  for (const url of panels.keys()) if (!urls.includes(url)) panels.delete(url);
  const rest = [];
  try {
    for (const url of urls) {
      if (panels.has(url)) continue;
      const wanted = fetchPanel(url);
      wanted.catch(() => panels.delete(url));
      panels.set(url, wanted);
      rest.push(...await warm(wanted));
    }
    for (const url of rest) await imageUrl(url);
  } catch { /* without a connection there is nothing to fetch ahead */ }
}
