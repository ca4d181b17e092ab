// One criterion across the works: after its points the next work comes, at the same criterion.
import { text } from "./texts.js";

const button = document.getElementById("across");
const usual = button.textContent;
let label = null;
let seen = new Set();

export const across = () => label;

// The mode stands in the address: a reload and a bookmark keep it.
export const addressOf = (work) => `${work.dataset.url}${label === null ? "" : `?criterion=${encodeURIComponent(label)}`}`;

export function wanted(work) {
  const asked = new URLSearchParams(location.search).get("criterion");
  return [...work.querySelectorAll(".criterion")].some((row) => row.dataset.label === asked) ? asked : null;
}

function tell() {
  button.textContent = label === null ? usual : text("acrossOn", { label });
  button.setAttribute("aria-pressed", label === null ? "false" : "true");
}

export function begin(criterion, work) {
  label = criterion;
  seen = new Set([work]);
  tell();
}

export function end() {
  label = null;
  tell();
}

// False when the round has come back to a work.
export function isNew(work) {
  const fresh = !seen.has(work);
  seen.add(work);
  return fresh;
}
