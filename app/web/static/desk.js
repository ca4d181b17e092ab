// The desk by keyboard: the answer is sent, the next page is already there.
const desk = document.querySelector("[data-desk]");
const form = document.querySelector("[data-decide]");
const told = document.querySelector("[data-told]");
const keys = document.querySelector("[data-keys]");
const NO_PAGE = "00000000-0000-0000-0000-000000000000";
const pictures = new Map();
let state = JSON.parse(desk.dataset.state);
let turn = 0;
let shownRival = -1;
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
  const evidence = (page) => (page.is_clash ? page.rivals.slice(0, 1) : []);
  const ahead = state.pages.flatMap((page) => [page, ...evidence(page)]);
  const wanted = new Set(ahead.flatMap((page) => [page.picture, page.field]));
  for (const address of pictures.keys()) if (!wanted.has(address)) pictures.delete(address);
  for (const page of ahead) {
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
  if (guess.followers.length) notes.push(`${desk.dataset.textFollows} ${guess.follower_numbers.join(", ")}`);
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

// Pages to compare with: one at a time stands beside the page at hand.
function rivalLine(rival, index) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "rival", textContent: rival.title });
  button.addEventListener("click", () => showRival(index));
  item.append(button);
  if (rival.standing !== "waits") {
    const instead = document.createElement("button");
    Object.assign(instead, { className: "btn btn-sm btn-outline-secondary", name: "replaces", value: rival.page_id });
    const key = document.createElement("kbd");
    key.textContent = "Z";
    key.hidden = true;
    instead.append(key, ` ${desk.dataset.textInstead}`);
    item.append(" ", instead);
  }
  return item;
}

function showRival(index) {
  shownRival = index;
  const rival = current()?.rivals[index];
  part("whole").classList.toggle("pair", Boolean(rival));
  part("rival").hidden = !rival;
  put("rival-field", rival?.field);
  put("rival-picture", rival?.picture);
  part("rival-title").textContent = rival?.title ?? "";
  part("rival-list").childNodes.forEach((item, place) => {
    item.className = place === index ? "shown" : "";
    const key = item.querySelector?.("kbd");
    if (key) key.hidden = place !== index;
  });
}

function nextRival() {
  const page = current();
  if (!page.rivals.length) return;
  part("rivals").open = true;
  showRival(shownRival + 1 < page.rivals.length ? shownRival + 1 : -1);
}

function renderRivals(page) {
  part("rivals").hidden = !page.rivals.length;
  part("rivals").open = page.is_clash;
  part("rival-list").replaceChildren(...page.rivals.map(rivalLine));
  showRival(page.is_clash && page.rivals.length ? 0 : -1);
  const said = [`${desk.dataset.textWritten} ${page.written}`];
  if (page.printed) said.unshift(`${desk.dataset.textPrinted} ${page.printed}`);
  part("evidence").textContent = page.is_clash ? said.join(" · ") : "";
}

function replaceRival() {
  const rival = current()?.rivals[shownRival];
  if (rival && rival.standing !== "waits") send("replaces", rival.page_id);
}

function strengthen() {
  for (const name of ["fields", "whole"]) part(name).classList.toggle("strong");
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
  for (const name of ["fields", "whole"]) part(name).classList.toggle("strong", page.is_faint);
  renderRivals(page);
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
  KeyV: nextRival,
  KeyZ: replaceRival,
  KeyK: strengthen,
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
part("strengthen").addEventListener("click", strengthen);
part("help").addEventListener("click", () => keys.showModal());
if (current()) {
  keepAhead();
  renderRivals(current());
}
desk.dataset.ready = "";
