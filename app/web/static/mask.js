// Draws a box over a personal mark and writes its millimetres into the form.
for (const part of document.querySelectorAll("[data-mask]")) {
  const picture = part.querySelector(".picture");
  const box = part.querySelector("rect");
  const form = part.querySelector("form");
  let start = null;

  const place = (event) => {
    const bounds = picture.getBoundingClientRect();
    const inside = (value, most) => Math.min(Math.max(value, 0), most);
    return {
      x: inside(event.clientX - bounds.left, bounds.width),
      y: inside(event.clientY - bounds.top, bounds.height),
    };
  };

  const draw = (end) => {
    const bounds = picture.getBoundingClientRect();
    const across = Number(part.dataset.width) / bounds.width;
    const down = Number(part.dataset.height) / bounds.height;
    const left = Math.min(start.x, end.x);
    const top = Math.min(start.y, end.y);
    const width = Math.abs(end.x - start.x);
    const height = Math.abs(end.y - start.y);
    for (const [name, value] of Object.entries({ x: left, y: top, width, height })) {
      box.setAttribute(name, value);
    }
    form.elements.x.value = (left * across).toFixed(1);
    form.elements.y.value = (top * down).toFixed(1);
    form.elements.w.value = (width * across).toFixed(1);
    form.elements.h.value = (height * down).toFixed(1);
  };

  picture.addEventListener("pointerdown", (event) => {
    picture.setPointerCapture(event.pointerId);
    start = place(event);
  });
  picture.addEventListener("pointermove", (event) => {
    if (start) draw(place(event));
  });
  picture.addEventListener("pointerup", () => {
    start = null;
  });
}
