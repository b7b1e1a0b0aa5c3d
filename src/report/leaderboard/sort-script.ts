/**
 * The program of a page whose tables can be sorted: makes the heads of every `table.sortable` buttons that sort its rows
 * by their column, and the other way round when pressed again. A cell is compared by its `data-key`, a number, or nothing,
 * which is last in both directions; without one by its text. Without scripts the page is what it was.
 */
export const sortScript = `for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const keyOf = (row, c) => {
    const { dataset, textContent } = row.cells[c];
    return dataset.key === undefined ? textContent : dataset.key === "" ? null : Number(dataset.key);
  };
  const compare = (a, b, sign) => {
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return sign * (typeof a === "number" ? a - b || 0 : a.localeCompare(b, "en", { numeric: true }));
  };
  const sort = (c) => {
    const sign = heads[c].getAttribute("aria-sort") === "ascending" ? -1 : 1;
    const keyed = [...body.rows].map((row) => ({ row, key: keyOf(row, c) }));
    keyed.sort((a, b) => compare(a.key, b.key, sign));
    body.append(...keyed.map(({ row }) => row));
    for (const head of heads) head.removeAttribute("aria-sort");
    heads[c].setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
  };
  heads.forEach((head, c) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sort(c));
    head.replaceChildren(button);
  });
}
`;

/** How those heads look. */
export const sortStyle = `
.sortable td.text{overflow-wrap:normal;min-width:8em}
th button{font:inherit;color:inherit;background:none;border:0;padding:0;text-align:inherit;cursor:pointer;text-decoration:underline dotted;text-underline-offset:3px}
th[aria-sort=ascending] button::after{content:" \\25B2"}
th[aria-sort=descending] button::after{content:" \\25BC"}
`;
