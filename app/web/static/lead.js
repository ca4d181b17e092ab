// Asks three times a minute how far the scoring is.
const live = document.querySelector("[data-live]");
const EVERY_MS = 20000;

async function refresh() {
  try {
    const answer = await fetch(live.dataset.live);
    if (answer.ok && !answer.redirected) live.innerHTML = await answer.text();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // no connection: the next time asks again
  }
  setTimeout(refresh, EVERY_MS);
}

setTimeout(refresh, EVERY_MS);
