import { Amount, sharedFormat } from "./amount.js";
import { escapeHtml } from "./text.js";

/** A piece of finished HTML. Made by the tag `html` only, so that no string from data arrives unescaped. */
export class Html {
  constructor(readonly text: string) {}
}

/**
 * What may stand in a template: strings and numbers are escaped, pieces of HTML are not, lists are joined. An amount is
 * written with the decimals of its column where it stands in a table as such or in a list.
 */
export type HtmlValue = string | number | Html | Amount | readonly HtmlValue[] | null;

/** Template tag: html`<td>${name}</td>` escapes `name`; null leaves nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(parts.reduce((text, part, i) => text + render(values[i - 1] ?? null) + part));
}

/** SVG that was rendered here, whose text the renderer has escaped. */
export function trustedSvg(svg: string): Html {
  return new Html(svg);
}

/** Text of several lines, for a place that keeps them. */
export function linesOf(text: string): Html {
  return new Html(text.split(/\r?\n/).map(escapeHtml).join("\n"));
}

/** Sentences with a space between them. */
export function oneAfterAnother(sentences: readonly Html[]): Html {
  return html`${sentences.map((sentence, i) => [i === 0 ? "" : " ", sentence])}`;
}

function render(value: HtmlValue): string {
  if (value === null) return "";
  if (value instanceof Html) return value.text;
  if (value instanceof Amount) return escapeHtml(sharedFormat([value])(value));
  if (isList(value)) return value.map(render).join("");
  return escapeHtml(String(value));
}

/** How the cells of a column are set. */
export type Alignment = "text" | "number";

/** A table that scrolls sideways inside its frame when the screen is narrow. It is called by its caption, else by its first head. */
export function table(
  columns: readonly (readonly [title: string, alignment: Alignment])[],
  rows: readonly (readonly HtmlValue[])[],
  caption = "",
): Html {
  const formats = columns.map((_, i) => sharedFormat(rows.flatMap((row) => amountsIn(row[i]))));
  const cells = (row: readonly HtmlValue[]) =>
    row.map((cell, i) => tableCell(written(cell, formats[i]), i, columns[i][1]));
  const body = rows.map((row) => html`<tr>${cells(row)}</tr>`);
  return html`<div class="scroll" tabindex="0"><table${caption === "" ? tableName(columns) : null}>${caption === "" ? null : html`<caption>${caption}</caption>`}<thead><tr>${columns.map(tableHead)}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** The head of a column; a column without one has an empty cell there, so that nothing is announced. */
export function tableHead([title, alignment]: readonly [title: string, alignment: Alignment]): Html {
  return title === "" ? html`<td class="${alignment}"></td>` : html`<th scope="col" class="${alignment}">${title}</th>`;
}

/** What a screen reader calls a table that has no caption. */
export function tableName(columns: readonly (readonly [title: string, alignment: Alignment])[]): Html {
  return html` aria-label="${columns.find(([title]) => title !== "")?.[0] ?? "table"}"`;
}

function amountsIn(cell: HtmlValue): Amount[] {
  if (cell instanceof Amount) return [cell];
  return isList(cell) ? cell.flatMap(amountsIn) : [];
}

function written(cell: HtmlValue, format: (amount: Amount) => string): HtmlValue {
  if (cell instanceof Amount) return format(cell);
  return isList(cell) ? cell.map((part) => written(part, format)) : cell;
}

function isList(value: HtmlValue): value is readonly HtmlValue[] {
  return Array.isArray(value);
}

/** From so many characters on a text keeps some width where the screen is narrow, and may break within a word; shorter ones do not. */
const longText = 12;

function tableCell(cell: HtmlValue, index: number, alignment: Alignment): Html {
  if (index > 0 && alignment === "text") {
    const text = html`${cell}`;
    const isLong = text.text.replace(/<[^>]*>/g, "").length >= longText;
    return html`<td class="${isLong ? "text long" : "text"}">${text}</td>`;
  }
  return index === 0
    ? html`<th scope="row" class="${alignment}">${cell}</th>`
    : html`<td class="${alignment}">${cell}</td>`;
}
