import { wrapWords as wrapAtBlanks } from "../report/text-columns.js";
import { markedPieces, type TextBlock } from "../study/text-blocks.js";
import { plainStyle, type Style } from "./style.js";
import { textWidth } from "./table.js";
import { wideTable } from "./wide-table.js";

/** What a study has to say, for a terminal: lines that fit and aligned tables. */
export function studyText(blocks: readonly TextBlock[], style: Style = plainStyle): string {
  return blocks.map((block) => blockText(block, style)).join("\n\n");
}

function blockText(block: TextBlock, style: Style): string {
  switch (block.kind) {
    case "heading":
      return wrapWords(block.text, textWidth).map(style.bold).join("\n");
    case "warning":
      return indented(`Warning: ${block.text}`, "  ");
    case "list":
      return block.items.map((item) => indented(`- ${item}`, "  ")).join("\n");
    case "table":
      return wideTable(block.rows);
    case "marked":
      return wrapWords(unmarked(block.text), textWidth).join("\n");
    default:
      return wrapWords(block.text, textWidth).join("\n");
  }
}

function unmarked(text: string): string {
  return markedPieces(text)
    .map((piece) => piece.text)
    .join("");
}

/** Lines of a text, all but the first behind an indent. */
function indented(text: string, indent: string): string {
  return wrapWords(text, textWidth - indent.length).join(`\n${indent}`);
}

/** Lines that never begin with the percent sign of a number. */
function wrapWords(text: string, width: number): string[] {
  const kept = text.replace(/(\d) %/g, "$1\u00a0%");
  return wrapAtBlanks(kept, width).map((line) => line.replaceAll("\u00a0%", " %"));
}
