// Asks once a second how far the reading of a bundle is.
const panel = document.querySelector("[data-progress]");
const EVERY_MS = 1000;

function fill(progress) {
  for (const part of panel.querySelectorAll("[data-when]")) {
    part.hidden = part.dataset.when !== progress.state;
  }
  for (const field of panel.querySelectorAll("[data-field]")) {
    field.textContent = progress[field.dataset.field] ?? "–";
  }
  panel.querySelector("[data-has-total]").hidden = !progress.total;
  const bar = panel.querySelector("progress");
  if (progress.total) {
    bar.max = progress.total;
    bar.value = progress.done;
  }
  const desk = panel.querySelector("[data-if-waiting]");
  if (desk) desk.hidden = !progress.waiting;
  panel.querySelector("[data-if-refused]").hidden = !progress.refused;
  const finished = progress.state === "done" && panel.dataset.state !== "done";
  panel.dataset.state = progress.state;
  if (finished) location.reload(); // the pages with faults come with the page
}

async function ask() {
  try {
    const answer = await fetch(panel.dataset.url, { headers: { Accept: "application/json" } });
    if (answer.ok) fill(await answer.json());
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // no connection: the next second asks again
  }
  if (isGoing()) setTimeout(ask, EVERY_MS);
}

function isGoing() {
  return panel.dataset.state === "waiting" || panel.dataset.state === "running";
}

if (isGoing()) setTimeout(ask, EVERY_MS);
