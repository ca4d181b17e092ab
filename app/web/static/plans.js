// Asks how far the comparison is, and shows the page anew when it has ended.
const panel = document.getElementById("plan-job");
const done = panel.querySelector("[data-done]");
const bar = panel.querySelector("progress");

async function look() {
  const answer = await fetch(panel.dataset.url, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const job = await answer.json();
  if (!job.running) {
    window.location.reload();
    return;
  }
  done.textContent = job.done;
  bar.value = job.done;
  window.setTimeout(look, 1000);
}

window.setTimeout(look, 700);
