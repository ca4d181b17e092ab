// Questions to the expert: confirm, both versions, log in again.
import { logIn, pulse } from "./server.js";
import { text } from "./texts.js";

const byId = (id) => document.getElementById(id);

// The value of the button that closed the window; empty when it was dismissed.
function answered(dialog) {
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
    dialog.returnValue = "";
    dialog.showModal();
  });
}

// True and the words when confirmed.
export async function confirm({ title, lines, yes, asksNote = false }) {
  const dialog = byId("confirm-dialog");
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector(".confirm-list").replaceChildren(...lines.map((line) => {
    const item = document.createElement("li");
    item.textContent = line;
    return item;
  }));
  const note = dialog.querySelector(".confirm-note");
  note.hidden = !asksNote;
  note.querySelector("input").value = "";
  dialog.querySelector("[value=yes]").textContent = yes;
  const agreed = await answered(dialog) === "yes";
  return { agreed, note: note.querySelector("input").value };
}

// The words of a text on the scan; empty when nothing is to be written.
export async function askWords() {
  const dialog = byId("words-dialog");
  byId("mark-words").value = "";
  return await answered(dialog) === "yes" ? byId("mark-words").value.trim() : "";
}

// "mine" only when it was chosen; closing the window chooses nothing and asks again.
export async function chooseVersion({ label, theirs, mine }) {
  const dialog = byId("conflict-dialog");
  dialog.querySelector(".conflict-label").textContent = label;
  dialog.querySelector(".conflict-theirs").textContent = theirs;
  dialog.querySelector(".conflict-mine").textContent = mine;
  for (;;) {
    const choice = await answered(dialog);
    if (choice) return choice;
  }
}

// The key of who is in now; null when the password is wrong, or when the line broke on the way.
async function enter(login, password) {
  const error = byId("again-error");
  try {
    const owner = await logIn(login, password) ? await pulse() : null;
    error.textContent = error.dataset.refused;
    error.hidden = owner !== null;
    return owner;
  } catch {
    error.textContent = text("trouble");
    error.hidden = false;
    return null;
  }
}

// Resolves when somebody is logged in again; gives his key.
export function logInAgain() {
  const dialog = byId("login-dialog");
  const form = dialog.querySelector("form");
  return new Promise((resolve) => {
    const stay = (event) => event.preventDefault();
    const attempt = async (event) => {
      event.preventDefault();
      const owner = await enter(byId("again-login").value, byId("again-password").value);
      if (owner === null) return;
      form.removeEventListener("submit", attempt);
      dialog.removeEventListener("cancel", stay);
      byId("again-password").value = "";
      dialog.close();
      resolve(owner);
    };
    form.addEventListener("submit", attempt);
    dialog.addEventListener("cancel", stay);
    dialog.showModal();
  });
}

for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}
