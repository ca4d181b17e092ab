// The drawing board: regions of a page in millimetres, dragged on the sheet or typed in the table.
const SVG = "http://www.w3.org/2000/svg";
const board = document.getElementById("board");
const sheet = document.getElementById("sheet");
const table = document.getElementById("areas");
const words = document.getElementById("words").dataset;
const field = (id) => document.getElementById(id);
const layout = JSON.parse(board.dataset.layout);
const past = [];
let chosen = null;
let background = null;

const round = (value) => Math.round(value * 10) / 10;
const codeLength = () => layout.code_box.pitch * (layout.code_box.n - 1) + layout.code_box.w;

// Every region as {kind, index, rect}: one way to draw, list, move and resize them all.
function regions() {
  const box = layout.code_box;
  const found = [{ kind: "code_box", rect: { x: box.x, y: box.y, w: codeLength(), h: box.h } }];
  for (const kind of ["name_field", "sticker"]) if (layout[kind]) found.push({ kind, rect: layout[kind] });
  layout.visible.forEach((area, index) => found.push({ kind: "visible", index, rect: area.rect, area }));
  return found;
}

function setRect(region, rect) {
  const next = Object.fromEntries(Object.entries(rect).map(([name, value]) => [name, round(value)]));
  next.w = Math.max(next.w, 2);
  next.h = Math.max(next.h, 2);
  if (region.kind === "code_box") {
    const box = layout.code_box;
    const scale = next.w / codeLength();
    Object.assign(box, { x: next.x, y: next.y, h: next.h });
    if (Math.abs(scale - 1) > 0.001) Object.assign(box, { w: round(box.w * scale), pitch: round(box.pitch * scale) });
  } else if (region.kind === "visible") layout.visible[region.index].rect = next;
  else layout[region.kind] = next;
}

function remember() {
  past.push(JSON.stringify(layout));
  if (past.length > 100) past.shift();
}

function remove(region) {
  remember();
  if (region.kind === "visible") layout.visible.splice(region.index, 1);
  else layout[region.kind] = null;
  draw();
}

function element(name, attributes, parent) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.append(made);
  return made;
}

const label = (region) =>
  ({ code_box: words.code, name_field: words.name, sticker: words.sticker })[region.kind] ??
  `${words.visible} ${region.area.task ?? region.index + 1}`;
const same = (a, b) => a && b && a.kind === b.kind && a.index === b.index;

function drawRegion(region) {
  const { x, y, w, h } = region.rect;
  const turn = region.kind === "code_box" && layout.code_box.angle ? `rotate(${layout.code_box.angle} ${x} ${y})` : "";
  const group = element("g", turn ? { transform: turn } : {}, sheet);
  const mark = same(region, chosen) ? " chosen" : "";
  const rect = element("rect", { x, y, width: w, height: h, class: `region ${region.kind}${mark}` }, group);
  rect.addEventListener("pointerdown", (event) => drag(event, region, false));
  if (region.kind === "code_box")
    for (let cell = 1; cell < layout.code_box.n; cell += 1) {
      const at = x + layout.code_box.pitch * cell;
      element("line", { x1: at, y1: y, x2: at, y2: y + h, class: "cell-line" }, group);
    }
  element("text", { x: x + 1, y: y + 4.5, class: "region-word" }, group).textContent = label(region);
  const handle = element("rect", { x: x + w - 2, y: y + h - 2, width: 4, height: 4, class: "handle" }, group);
  handle.addEventListener("pointerdown", (event) => drag(event, region, true));
}

function point(event) {
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(sheet.getScreenCTM().inverse());
  return { x: at.x, y: at.y };
}

function drag(event, region, resize) {
  event.preventDefault();
  remember();
  chosen = region;
  const start = point(event);
  const first = { ...region.rect };
  const move = (moved) => {
    const now = point(moved);
    const by = { x: now.x - start.x, y: now.y - start.y };
    setRect(region, resize ? { ...first, w: first.w + by.x, h: first.h + by.y } : { ...first, x: first.x + by.x, y: first.y + by.y });
    draw();
  };
  const stop = () => {
    window.removeEventListener("pointermove", move);
    window.removeEventListener("pointerup", stop);
  };
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", stop);
  draw();
}

function numberCell(row, region, name) {
  const cell = row.insertCell();
  const input = document.createElement("input");
  Object.assign(input, { type: "number", step: "0.1", value: round(region.rect[name]), className: "form-control num" });
  input.setAttribute("aria-label", `${label(region)} ${name}`);
  input.addEventListener("change", () => {
    remember();
    setRect(region, { ...region.rect, [name]: Number(input.value) });
    draw();
  });
  cell.append(input);
}

function taskInput(region, name, placeholder) {
  const input = document.createElement("input");
  Object.assign(input, { value: region.area[name] ?? "", placeholder, className: "form-control wide" });
  input.setAttribute("aria-label", `${label(region)} ${placeholder}`);
  input.addEventListener("change", () => {
    remember();
    const typed = input.value.trim();
    region.area[name] = typed === "" ? null : name === "page" ? Number(typed) : typed;
    draw();
  });
  return input;
}

function listRegion(region) {
  const row = table.insertRow();
  const first = row.insertCell();
  first.textContent = label(region);
  if (region.kind === "visible") first.append(taskInput(region, "task", words.task), taskInput(region, "page", words.page));
  for (const name of ["x", "y", "w", "h"]) numberCell(row, region, name);
  const last = row.insertCell();
  if (region.kind === "code_box") return;
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "btn btn-sm btn-outline-secondary", textContent: "×", title: words.remove });
  button.setAttribute("aria-label", `${words.remove}: ${label(region)}`);
  button.addEventListener("click", () => remove(region));
  last.append(button);
}

function draw() {
  const [width, height] = layout.page_mm;
  sheet.setAttribute("viewBox", `0 0 ${width} ${height}`);
  sheet.replaceChildren();
  if (background) element("image", { href: background, x: 0, y: 0, width, height, preserveAspectRatio: "none" }, sheet);
  table.replaceChildren();
  for (const region of regions()) {
    drawRegion(region);
    listRegion(region);
  }
  field("boxes").value = layout.code_box.n;
  field("pitch").value = layout.code_box.pitch;
  field("angle").value = layout.code_box.angle ?? 0;
  field("pages").value = layout.pages ?? "";
  field("paper").value = layout.page_mm.join("x");
  field("layout-field").value = JSON.stringify(layout);
}

const FRESH = {
  name_field: () => { layout.name_field = { x: 20, y: 30, w: 110, h: 8 }; },
  sticker: () => { layout.sticker = { x: 20, y: 8, w: 20, h: 20 }; },
  visible: () => { layout.visible.push({ rect: { x: 15, y: 60, w: 180, h: 60 }, page: null, task: null }); },
};
for (const button of document.querySelectorAll("[data-add]"))
  button.addEventListener("click", () => { remember(); FRESH[button.dataset.add](); draw(); });
const SETTINGS = {
  boxes: (value) => { layout.code_box.n = Number(value); },
  pitch: (value) => { layout.code_box.pitch = Number(value); },
  angle: (value) => { layout.code_box.angle = Number(value); },
  pages: (value) => { layout.pages = value === "" ? null : Number(value); },
  paper: (value) => { layout.page_mm = value.split("x").map(Number); },
};
for (const [id, set] of Object.entries(SETTINGS))
  field(id).addEventListener("change", (event) => { remember(); set(event.target.value); draw(); });
// What a person typed before this module had arrived counts: a slow line loses no answer.
const untouched = (input) => {
  const given = input.options ? [...input.options].find((option) => option.defaultSelected)?.value : input.defaultValue;
  return given === undefined || given === input.value;
};
for (const [id, set] of Object.entries(SETTINGS)) if (!untouched(field(id))) set(field(id).value);
field("undo").addEventListener("click", () => {
  if (past.length) { Object.assign(layout, JSON.parse(past.pop())); draw(); }
});
// What the browser cannot show by itself (PDF, TIFF) comes back from the server as a picture.
async function pictureOf(file) {
  if (["image/jpeg", "image/png"].includes(file.type)) return file;
  const body = new FormData();
  body.set("csrf_token", document.querySelector("[name=csrf_token]").value);
  body.set("samples", file);
  const answer = await fetch(field("blank").dataset.url, { method: "POST", body });
  if (answer.ok) return answer.blob();
  refuse(await answer.text());
  return null;
}

function refuse(text) {
  field("blank-refused").textContent = text;
  field("blank-refused").hidden = !text;
}

field("blank").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  refuse("");
  if (background) URL.revokeObjectURL(background);
  background = null;
  try {
    const picture = file ? await pictureOf(file) : null;
    background = picture ? URL.createObjectURL(picture) : null;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    refuse(field("blank-refused").dataset.textOffline);
  }
  draw();
});
draw();
