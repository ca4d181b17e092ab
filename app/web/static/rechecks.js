// Shows the reason of a criterion only while its points differ from the old ones; ticks all works.
for (const form of document.querySelectorAll("[data-verdicts]")) {
  const follow = (select) => {
    const why = form.querySelector(`[data-why="${CSS.escape(select.dataset.label)}"]`);
    const same = select.value === select.dataset.old;
    why.hidden = same;
    if (same) why.querySelector("select").value = "confirmed";
  };
  for (const select of form.querySelectorAll("[data-old]")) {
    select.addEventListener("change", () => follow(select));
    follow(select);
  }
}
for (const all of document.querySelectorAll("[data-all]")) {
  const boxes = all.closest("form").querySelectorAll('input[name="script"]');
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
  });
}
