// The number beside a slider follows it.
for (const slider of document.querySelectorAll("[data-shown]")) {
  const shown = document.getElementById(slider.dataset.shown);
  slider.addEventListener("input", () => {
    shown.value = slider.value;
  });
}
