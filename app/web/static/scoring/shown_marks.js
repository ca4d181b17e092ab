// Marks of experts over the pages of a case: to be looked at only.
import { drawn, layer } from "./drawing.js";

for (const place of document.querySelectorAll(".case-marks[data-marks]")) {
  const page = { left: 0, top: 0, width: Number(place.dataset.width), height: Number(place.dataset.height) };
  const svg = layer(page);
  svg.append(...JSON.parse(place.dataset.marks).map((mark) => drawn(mark, page)));
  place.replaceChildren(svg);
}
