// The desk by keyboard: the answer is sent, the next page is already there.
const desk = document.querySelector("[data-desk]");
const form = document.querySelector("[data-decide]");
const told = document.querySelector("[data-told]");
const keys = document.querySelector("[data-keys]");
const NO_PAGE = "00000000-0000-0000-0000-000000000000";
const pictures = new Map();
let state = JSON.parse(desk.dataset.state);
let turn = 0;
let busy = false;

const part = (name) => document.querySelector(`[data-${name}]`);
const current = () => state.pages[0];

// Pictures are kept decoded: nothing of them stays in the browser's cache.
function picture(address) {
  if (!pictures.has(address)) {
    const image = new Image();
    image.src = address;
    image.decode().catch(() => pictures.delete(address));
    pictures.set(address, image);
  }
  return pictures.get(address);
}

function keepAhead() {
  const wanted = new Set(state.pages.flatMap((page) => [page.picture, page.field]));
  for (const address of pictures.keys()) if (!wanted.has(address)) pictures.delete(address);
  for (const page of state.pages) {
    picture(page.picture);
    if (page.field) picture(page.field);
  }
}

function put(name, address) {
  const old = part(name);
  const fresh = address ? picture(address).cloneNode() : old.cloneNode();
  fresh.alt = old.alt;
  fresh.setAttribute(`data-${name}`, "");
  fresh.hidden = !address;
  old.replaceWith(fresh);
}

function guessLine(guess, index) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.className = "guess";
  button.name = "guess";
  button.value = guess.code;
  const notes = [`${guess.percent} %`];
  if (guess.present) notes.push(`${desk.dataset.textPresent} ${guess.present}`);
  if (guess.followers.length) notes.push(`${desk.dataset.textFollows} ${guess.followers.length}`);
  for (const [tag, name, text] of [
    ["kbd", "", index + 1],
    ["span", "code", guess.code],
    ["span", "guess-note", notes.join(" · ")],
  ]) {
    const piece = document.createElement(tag);
    piece.className = name;
    piece.textContent = text;
    button.append(piece, " ");
  }
  item.append(button);
  return item;
}

function render() {
  const page = current();
  part("left").textContent = state.left;
  part("place").textContent = state.place;
  part("empty").hidden = Boolean(page);
  desk.hidden = !page;
  if (!page) return;
  turn = 0;
  put("picture", page.picture);
  put("field", page.field);
  part("no-field").hidden = Boolean(page.field);
  part("form-link").href = page.form;
  part("why").textContent = page.why;
  part("file").textContent = `${page.file}, ${desk.dataset.textFile} ${page.number_in_file}`;
  part("guesses").replaceChildren(...page.guesses.map(guessLine));
  part("next").href = `${desk.dataset.url}?after=${page.page_id}`;
  form.action = form.dataset.action.replace(NO_PAGE, page.page_id);
  form.elements.version.value = page.version;
  form.elements.code.value = "";
  form.elements.page_number.value = "";
  form.elements.replace.checked = false;
  document.activeElement?.blur();
  keepAhead();
}

function say(text, bad) {
  told.textContent = text;
  told.className = `alert ${bad ? "alert-danger" : "alert-success"}`;
  told.hidden = !text;
}

async function ask(address, options) {
  if (busy) return;
  busy = true;
  try {
    const answer = await fetch(address, { ...options, headers: { Accept: "application/json" } });
    if (answer.redirected || !answer.headers.get("Content-Type")?.includes("json")) {
      location.reload(); // the session has ended: the login page brings him back here
      return;
    }
    state = await answer.json();
    render();
    say(state.error ?? state.told ?? "", Boolean(state.error));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    say(desk.dataset.textOffline, true);
  } finally {
    busy = false;
  }
}

function send(name, value) {
  const body = new FormData(form);
  body.set(name, value);
  ask(form.action, { method: "POST", body });
}

function undo() {
  const body = new FormData(document.querySelector("[data-undo]"));
  ask(document.querySelector("[data-undo]").action, { method: "POST", body });
}

function turnPicture() {
  turn = (turn + 1) % 4;
  part("picture").className = `turn-${turn}`;
}

function guess(number) {
  const found = current()?.guesses[number - 1];
  if (found) send("guess", found.code);
}

const ACTIONS = {
  KeyB: () => send("kind", "blank"),
  KeyF: () => send("kind", "foreign"),
  KeyD: () => send("kind", "duplicate"),
  KeyR: () => send("kind", "rescan_wanted"),
  KeyN: () => ask(part("next").href),
  KeyU: undo,
  KeyT: turnPicture,
  KeyC: () => form.elements.code.focus(),
  Slash: () => keys.showModal(),
};
for (let number = 1; number <= 9; number += 1) {
  ACTIONS[`Digit${number}`] = () => guess(number);
  ACTIONS[`Numpad${number}`] = () => guess(number);
}

function isTyping(event) {
  return event.target.closest("input:not([type=checkbox]), select, textarea, dialog[open]") !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || isTyping(event)) return;
  const asksForHelp = event.code === "Slash" || (event.code === "Digit7" && event.key === "?");
  const action = asksForHelp ? ACTIONS.Slash : ACTIONS[event.code];
  const undecided = !current() && event.code !== "KeyU";
  if (!action || undecided) return;
  event.preventDefault();
  action();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.submitter.name, event.submitter.value);
});
for (const one of document.querySelectorAll("[data-undo]")) {
  one.addEventListener("submit", (event) => {
    event.preventDefault();
    undo();
  });
}
part("next").addEventListener("click", (event) => {
  event.preventDefault();
  ask(part("next").href);
});
part("turn").addEventListener("click", turnPicture);
part("help").addEventListener("click", () => keys.showModal());
if (current()) keepAhead();
desk.dataset.ready = "";
