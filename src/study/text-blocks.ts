import { markdownTable } from "./markdown.js";

/**
 * What a study has to say, in pieces: report.md, the terminal and the page show the same ones, each in its way. Names in
 * headings, paragraphs, warnings and lists have passed `shown`.
 */
export type TextBlock =
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "paragraph"; readonly text: string }
  /** A paragraph in which `**..**` marks what matters; nothing in it can hold such a mark by itself. */
  | { readonly kind: "marked"; readonly text: string }
  | { readonly kind: "warning"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] }
  /** Rows of cells, header first. */
  | { readonly kind: "table"; readonly rows: readonly (readonly string[])[] };

export const heading = (text: string): TextBlock => ({ kind: "heading", text });
export const table = (rows: readonly (readonly string[])[]): TextBlock => ({ kind: "table", rows });

/** A paragraph; nothing where there is no text. */
export function paragraph(text: string): TextBlock[] {
  return text === "" ? [] : [{ kind: "paragraph", text }];
}

/** Each text as a paragraph of its own. */
export function paragraphs(texts: readonly string[]): TextBlock[] {
  return texts.flatMap(paragraph);
}

/** Pieces of a text: those that are marked, and those between them. */
export function markedPieces(text: string): { readonly text: string; readonly marked: boolean }[] {
  return text.split("**").flatMap((piece, i) => (piece === "" ? [] : [{ text: piece, marked: i % 2 === 1 }]));
}

/** The pieces as Markdown. */
export function markdownText(blocks: readonly TextBlock[]): string {
  return `${blocks.map(markdownBlock).join("\n\n")}\n`;
}

function markdownBlock(block: TextBlock): string {
  switch (block.kind) {
    case "heading":
      return `# ${literal(block.text)}`;
    case "warning":
      return `**Warning:** ${literal(block.text)}`;
    case "list":
      return block.items.map((item) => `- ${literal(item)}`).join("\n");
    case "table":
      return markdownTable(block.rows.map((row) => row.map((cell) => literal(cell).replaceAll("|", "\\|"))));
    default:
      return literal(block.text);
  }
}

/** Text in which a name opens no HTML, which Markdown would hand on; else it stays as it is printed, underscores too. */
function literal(text: string): string {
  return text.replace(/<(?=[a-z!/?])/gi, "\\<");
}
