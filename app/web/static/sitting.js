// A form that is sent after the sitting has ended loses what was typed: so first it is asked
// whether somebody is still in, and where nobody is, the page waits with everything that stands in it.
const dialog = document.getElementById("sitting-dialog");
const still = dialog.querySelector("[role=alert]");
const wayIn = dialog.querySelectorAll("[data-way-in]");
const RECENT_MS = 60000;
let seen = Date.now();
let waiting = null;
let passed = null;

// Whether the one whose page this is is in; then every form gets a token of the sitting as it is now.
async function isIn() {
  const answer = await fetch(dialog.dataset.sitting, {
    redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(20000),
  });
  if (!answer.ok) return false;
  const { owner, token } = await answer.json();
  if (owner !== dialog.dataset.owner) return false;
  for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = token;
  seen = Date.now();
  return true;
}

function send({ form, button }) {
  passed = form;
  form.requestSubmit(button);
  passed = null;
}

async function attempt(what) {
  let why = "notIn";
  try {
    if (await isIn()) {
      dialog.close();
      send(what);
      return;
    }
  } catch {
    why = "offline";
  }
  for (const part of wayIn) part.hidden = why === "offline";
  still.textContent = still.dataset[why];
  still.hidden = !dialog.open && why === "notIn";
  if (!dialog.open) dialog.showModal();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const posts = form.getAttribute("method")?.toLowerCase() === "post"; // a field may be called "method"
  const carriesWork = posts && form.closest("main") !== null && !event.defaultPrevented;
  if (!carriesWork || form === passed || Date.now() - seen < RECENT_MS) return;
  event.preventDefault();
  waiting = { form, button: event.submitter };
  attempt(waiting);
});

dialog.querySelector("[data-go-on]").addEventListener("click", () => attempt(waiting));
dialog.querySelector("[data-stay-here]").addEventListener("click", () => dialog.close());
