// Talking to the server: the token of the form, and what an ended session looks like.
export class Offline extends Error {}
export class LoggedOut extends Error {}

const desk = document.getElementById("desk");
let token = desk?.dataset.token ?? "";
let entered = 0; // when somebody logged in on the spot

async function reach(url, options = {}) {
  const asked = performance.now();
  let answer;
  try {
    answer = await fetch(url, { ...options, redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(20000) });
  } catch {
    throw new Offline(url);
  }
  if (answer.type === "opaqueredirect" && asked < entered) return reach(url, options); // the door is open by now
  if (answer.type === "opaqueredirect") throw new LoggedOut(url);
  if (answer.status >= 500 || answer.status === 429) throw new Offline(url);
  return answer;
}

export async function get(url) {
  return reach(url);
}

// Who is logged in now; saves go on under the new token.
export async function pulse() {
  const answer = await reach(desk.dataset.pulse);
  if (!answer.ok) throw new LoggedOut(desk.dataset.pulse);
  const told = await answer.json();
  token = told.token;
  entered = performance.now();
  return told.owner;
}

async function post(url, body) {
  return reach(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
  });
}

export async function send(url, body) {
  let answer = await post(url, body);
  if (answer.status === 400) {
    await pulse();
    answer = await post(url, body);
  }
  return { status: answer.status, told: await toldBy(answer, url) };
}

// A connection may break in the middle of an answer: then nothing was told, and it is asked again.
async function toldBy(answer, url) {
  if (!(answer.headers.get("Content-Type") ?? "").startsWith("application/json")) return {};
  try {
    return await answer.json();
  } catch {
    throw new Offline(url);
  }
}

// Null where the door is open already: he came in through another tab.
async function loginPage() {
  try {
    return await (await reach(desk.dataset.login)).text();
  } catch (error) {
    if (error instanceof LoggedOut) return null;
    throw error;
  }
}

export async function logIn(login, password) {
  const page = await loginPage();
  if (page === null) return true;
  const form = new DOMParser().parseFromString(page, "text/html");
  const fields = new URLSearchParams({
    csrf_token: form.querySelector("[name=csrf_token]").value, login, password,
  });
  try {
    await reach(desk.dataset.login, { method: "POST", body: fields });
  } catch (error) {
    if (error instanceof LoggedOut) return true; // a redirect: the door is open
    throw error;
  }
  return false;
}
