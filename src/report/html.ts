import { escapeHtml } from "./text.js";

/** A piece of finished HTML. Made by the tag `html` only, so that no string from data arrives unescaped. */
export class Html {
  constructor(readonly text: string) {}
}

/** What may stand in a template: strings and numbers are escaped, pieces of HTML are not, lists are joined. */
export type HtmlValue = string | number | Html | readonly HtmlValue[] | null;

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
  if (typeof value === "object") return value.map(render).join("");
  return escapeHtml(String(value));
}

/** How the cells of a column are set. */
export type Alignment = "text" | "number";

/** A table that scrolls sideways inside its frame when the screen is narrow. */
export function table(
  columns: readonly (readonly [title: string, alignment: Alignment])[],
  rows: readonly (readonly HtmlValue[])[],
  caption = "",
): Html {
  const head = columns.map(([title, alignment]) => html`<th scope="col" class="${alignment}">${title}</th>`);
  const body = rows.map((row) => html`<tr>${row.map((cell, i) => tableCell(cell, i, columns[i][1]))}</tr>`);
  return html`<div class="scroll"><table>${caption === "" ? null : html`<caption>${caption}</caption>`}<thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function tableCell(cell: HtmlValue, index: number, alignment: Alignment): Html {
  return index === 0
    ? html`<th scope="row" class="${alignment}">${cell}</th>`
    : html`<td class="${alignment}">${cell}</td>`;
}
