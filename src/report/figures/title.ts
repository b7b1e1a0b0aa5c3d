import { textWidth } from "../text-width.js";

const fontSize = 12;
const lineHeight = 15;
/** Share of the width that a line takes at most: the renderer cuts what is longer. */
const widest = 0.86;

/** What is written above a figure, and the height that its lines beyond the first take. */
export interface FigureTitle {
  readonly title: {
    readonly text: string[];
    readonly frame: "bounds";
    readonly fontSize: number;
    readonly fontWeight: "normal";
    readonly lineHeight: number;
  };
  readonly extraHeight: number;
}

/** What a figure measures, above it, in as many lines as its width asks for. */
export function figureTitle(text: string, width: number): FigureTitle {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = lines.length === 0 ? word : `${lines[lines.length - 1]} ${word}`;
    if (lines.length === 0 || textWidth(longer, fontSize) > widest * width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return {
    title: { text: lines, frame: "bounds", fontSize, fontWeight: "normal", lineHeight },
    extraHeight: lineHeight * (lines.length - 1),
  };
}
