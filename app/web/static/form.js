// Two clicks on the corners of the row of code boxes, written into the form in percent.
const form = document.querySelector("[data-form]");
const picture = form.querySelector(".picture");
const line = form.querySelector("line");
let corner = "left";

picture.addEventListener("click", (event) => {
  const bounds = picture.getBoundingClientRect();
  const x = (100 * (event.clientX - bounds.left)) / bounds.width;
  const y = (100 * (event.clientY - bounds.top)) / bounds.height;
  form.elements[`${corner}_x`].value = x.toFixed(2);
  form.elements[`${corner}_y`].value = y.toFixed(2);
  const end = corner === "left" ? ["1", "2"] : ["2"];
  for (const number of end) {
    line.setAttribute(`x${number}`, `${x}%`);
    line.setAttribute(`y${number}`, `${y}%`);
  }
  corner = corner === "left" ? "right" : "left";
});
