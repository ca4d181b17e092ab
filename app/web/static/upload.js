// Uploading with a bar; without this module the form works by itself.
const form = document.querySelector("[data-upload]");

function show(name, visible = true) {
  const part = form.querySelector(`[data-${name}]`);
  part.hidden = !visible;
  return part;
}

function send() {
  const request = new XMLHttpRequest();
  const bar = form.querySelector("progress");
  request.upload.addEventListener("progress", (event) => {
    bar.value = Math.round((100 * event.loaded) / event.total);
    form.querySelector("[data-sent]").textContent = `${bar.value} %`;
  });
  request.addEventListener("load", () => {
    if (request.status === 200) location.assign(JSON.parse(request.responseText).location);
    else fail();
  });
  request.addEventListener("error", fail);
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.send(new FormData(form));
  show("failed", false);
  show("sending");
  form.querySelector("button").disabled = true;
}

function fail() {
  show("sending", false);
  show("failed");
  form.querySelector("button").disabled = false;
}

function takeDropped(event) {
  event.preventDefault();
  form.elements.files.files = event.dataTransfer.files;
  send();
}

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  const drop = show("drop");
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", takeDropped);
}
