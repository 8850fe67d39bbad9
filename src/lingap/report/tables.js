"use strict";
(() => {
  const LONG = 20; // rows, above which a table can be searched
  for (const button of document.querySelectorAll("th button")) {
    button.addEventListener("click", () => {
      const heading = button.parentElement, body = heading.closest("table").tBodies[0];
      const at = [...heading.parentElement.children].indexOf(heading);
      const sign = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      const numeric = heading.classList.contains("num");
      const key = (row) => row.cells[at].dataset.sort;
      const rows = [...body.rows].sort((one, other) => {
        const [a, b] = [key(one), key(other)];
        if (a === undefined || b === undefined) return (a === undefined) - (b === undefined);
        return sign * (numeric ? Number(a) - Number(b) : a.localeCompare(b));
      });
      for (const other of heading.parentElement.children) other.setAttribute("aria-sort", "none");
      heading.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
      body.append(...rows);
    });
  }
  for (const frame of document.querySelectorAll(".scroll")) {
    const rows = frame.querySelector("table").tBodies[0].rows;
    if (rows.length <= LONG) continue;
    const box = document.createElement("input"), found = document.createElement("span");
    box.type = "search";
    box.placeholder = `Search ${rows.length} rows`;
    box.setAttribute("aria-label", `Search ${frame.getAttribute("aria-label")}`);
    found.className = "found";
    found.setAttribute("aria-live", "polite");
    box.addEventListener("input", () => {
      const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      let n = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        n += !row.hidden;
      }
      found.textContent = words.length ? `${n} of ${rows.length}` : "";
    });
    const line = document.createElement("p");
    line.className = "search";
    line.append(box, found);
    frame.classList.add("long");
    frame.before(line);
  }
})();
