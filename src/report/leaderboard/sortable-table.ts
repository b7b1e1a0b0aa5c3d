import { type Alignment, type Html, type HtmlValue, html, tableHead, tableName } from "../html.js";

/** A cell with what it is sorted by: a number, null for nothing, or left out for its text. */
export interface SortableCell {
  readonly shown: HtmlValue;
  readonly key?: number | null;
}

/** A table whose rows the program of the page sorts; the first column names the row. */
export function sortableTable(
  columns: readonly (readonly [title: string, alignment: Alignment])[],
  rows: readonly (readonly SortableCell[])[],
): Html {
  const body = rows.map((row) => html`<tr>${row.map((cell, c) => cellHtml(cell, c, columns[c][1]))}</tr>`);
  return html`<div class="scroll" tabindex="0"><table class="sortable"${tableName(columns)}><thead><tr>${columns.map(tableHead)}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function cellHtml({ shown, key }: SortableCell, column: number, alignment: Alignment): Html {
  const sortKey = key === undefined ? null : html` data-key="${key === null ? "" : String(key)}"`;
  return column === 0
    ? html`<th scope="row" class="${alignment}"${sortKey}>${shown}</th>`
    : html`<td class="${alignment}"${sortKey}>${shown}</td>`;
}
