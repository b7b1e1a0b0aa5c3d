import { type Html, html, table } from "../../report/html.js";
import type { Figure, Section } from "../../report/section.js";
import { markedPieces, type TextBlock } from "../text-blocks.js";

/** The paragraphs among the pieces, as the reading of a section. */
export function readingOf(blocks: readonly TextBlock[]): Html[] {
  return blocks.flatMap((block) => {
    if (block.kind === "paragraph") return [html`${asSentence(block.text)}`];
    if (block.kind === "marked") return [markedHtml(trueMinus(block.text))];
    return block.kind === "list" ? block.items.map((item) => html`${trueMinus(item)}`) : [];
  });
}

/** The tables among the pieces, their first column text and the others numbers. */
export function tablesOf(blocks: readonly TextBlock[]): Html {
  return html`${blocks.flatMap((block) => (block.kind === "table" ? [rowsTable(block.rows)] : []))}`;
}

/** Pieces in their order, for a body that has text between its tables. */
export function bodyOf(blocks: readonly TextBlock[]): Html {
  return html`${blocks.map((block) => {
    if (block.kind === "table") return rowsTable(block.rows);
    return html`${readingOf([block]).map((text) => html`<p class="quiet">${text}</p>`)}`;
  })}`;
}

function rowsTable([head, ...rows]: readonly (readonly string[])[]): Html {
  return table(
    head.map((title, c) => [title, c === 0 ? "text" : "number"] as const),
    rows.map((row) => row.map(trueMinus)),
  );
}

/** Text of a terminal has hyphens before its numbers. */
function trueMinus(text: string): string {
  return text.replace(/(^|[\s(])-(?=\d)/g, "$1\u2212");
}

/** What a text has a table follow, a page need not. */
function asSentence(text: string): string {
  return trueMinus(text.replace(/:$/, "."));
}

function markedHtml(text: string): Html {
  return html`${markedPieces(text).map((piece) => (piece.marked ? html`<b>${piece.text}</b>` : piece.text))}`;
}

/** A section whose reading and tables are pieces of the study's text. */
export function blockSection(
  id: string,
  title: string,
  blocks: readonly TextBlock[],
  { figures = [], legend }: { readonly figures?: readonly Figure[]; readonly legend?: Html } = {},
): Section {
  return {
    ...{ id, title, figures },
    reading: readingOf(blocks),
    body: tablesOf(blocks),
    ...(legend === undefined ? {} : { legend }),
  };
}
