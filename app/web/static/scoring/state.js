// What the parts of the screen share: the work that lies on it, and the order in which keys act.
export const page = document.getElementById("desk");
export const at = {
  outbox: null,
  sheet: null,
  marks: null,
  rest: null, // what is left, as the server told it last
  onMark: {},
};
let doing = Promise.resolve();
let troubled = () => {};

export function say(sentence) {
  const message = document.getElementById("message");
  if (message.textContent === sentence) return; // nothing to be painted before the key's own echo
  message.textContent = sentence;
  message.hidden = sentence === "";
}

// One after another: a key that follows fast acts on what the key before it left.
export function inTurn(action) {
  doing = doing.then(action).catch((error) => troubled(error));
}

export function whenTroubled(answer) {
  troubled = answer;
}
