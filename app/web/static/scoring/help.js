// The overlay of keys, made from the very table that is listened to; a key is changed by pressing another.
import { choice, keys, labelButtons, nameOf, rebind, singleKeysOn, standardKeys, switchSingleKeys } from "./keys.js";
import { send } from "./server.js";
import { text } from "./texts.js";

const byId = (id) => document.getElementById(id);
const tell = (sentence) => { byId("keys-told").textContent = sentence; };

async function keep() {
  labelButtons(document);
  const { status, told } = await send(byId("desk").dataset.keysUrl, choice()).catch(() => ({ status: 0, told: {} }));
  tell(status === 200 ? text("keysKept") : told.message ?? text("trouble"));
}

// The next key pressed is the new one; Escape leaves the old.
function ask(button, key) {
  button.textContent = "…";
  tell(text("keysPress"));
  const take = (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (["ShiftLeft", "ShiftRight"].includes(event.code)) return;
    stop();
    const changed = event.code !== "Escape" && rebind(key.does, event.code);
    fill();
    byId("help-dialog").querySelector(`[data-does="${key.does}"]`).focus();
    if (changed) keep();
    else tell(event.code === "Escape" ? "" : text("keysTaken"));
  };
  const leave = () => {
    stop();
    button.textContent = nameOf(key);
  };
  const stop = () => {
    button.removeEventListener("keydown", take);
    button.removeEventListener("blur", leave);
  };
  button.addEventListener("keydown", take);
  button.addEventListener("blur", leave);
}

function shownKey(key) {
  const shown = document.createElement(key.fixed ? "kbd" : "button");
  shown.textContent = nameOf(key);
  if (key.fixed) return shown;
  Object.assign(shown, { type: "button", className: "key" });
  shown.dataset.does = key.does;
  shown.setAttribute("aria-label", text("keysChange", { key: nameOf(key), does: text(key.says) }));
  shown.addEventListener("click", () => ask(shown, key));
  return shown;
}

function fill() {
  const groups = new Map();
  for (const key of keys()) groups.set(key.says, [...(groups.get(key.says) ?? []), key]);
  byId("help-dialog").querySelector(".keys").replaceChildren(...[...groups].flatMap(([says, own]) => {
    const names = document.createElement("dt");
    names.append(...own.flatMap((key) => [shownKey(key), " "]));
    const meaning = document.createElement("dd");
    meaning.textContent = text(says);
    return [names, meaning];
  }));
}

export function showHelp() {
  fill();
  tell("");
  byId("keys-on").checked = singleKeysOn();
  byId("help-dialog").showModal();
}

byId("keys-on").addEventListener("change", (event) => {
  switchSingleKeys(event.target.checked);
  keep();
});
byId("keys-standard").addEventListener("click", () => {
  standardKeys();
  fill();
  keep();
});
