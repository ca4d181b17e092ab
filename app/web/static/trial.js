// Sample pages are read with the form as it is drawn now; the answer is shown below the board.
const panel = document.querySelector("[data-trial]");
const samples = document.getElementById("samples");
const button = document.getElementById("try");
const result = document.getElementById("trial-result");
const board = document.querySelector(".template-side");

async function attempt() {
  const body = new FormData();
  for (const name of ["csrf_token", "layout", "form"]) body.set(name, board.elements[name].value);
  for (const file of samples.files) body.append("samples", file);
  button.disabled = true;
  result.textContent = panel.dataset.textReading;
  try {
    const answer = await fetch(panel.dataset.url, { method: "POST", body });
    if (answer.redirected) location.reload(); // the session has ended: the login page comes first
    else result.innerHTML = await answer.text();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    result.textContent = panel.dataset.textOffline;
  } finally {
    button.disabled = !samples.files.length;
  }
}

samples.addEventListener("change", attempt);
button.addEventListener("click", attempt);
button.disabled = !samples.files.length;
panel.dataset.ready = "";
