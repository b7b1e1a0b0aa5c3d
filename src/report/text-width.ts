/**
 * Advance widths of Helvetica in thousandths of the font size, by character class (Adobe font metrics, rounded); where
 * other fonts are wider still than `widestFont` allows, a middle.
 */
const widths: readonly (readonly [RegExp, number])[] = [
  [/[mMWw%@]/, 860],
  [/[A-HK-Z]/, 690],
  [/[ijl|'’]/, 222],
  [/[ .,:;!/\\fI\u2009]/, 278],
  [/[rt()[\]\-"*]/, 340],
  [/[<>=+~±\u2212]/, 740],
  [/[szckvxyJ]/, 500],
  [/[\w$?#–]/, 556],
];

/** Readers' system fonts are up to this much wider than Helvetica (DejaVu Sans, Verdana). */
const widestFont = 1.13;

/** Any other character, such as an ideograph: as wide as it is high. */
const otherWidth = 1000;

/**
 * Estimated width of a line of sans-serif text, in pixels, on the wide side. Vega's own estimate without a canvas, 0.8 of
 * the size for every character, is half as wide again as real text and pushes axis titles away.
 */
export function textWidth(text: string, fontSize: number): number {
  let total = 0;
  for (const character of text) total += widths.find(([pattern]) => pattern.test(character))?.[1] ?? otherWidth;
  return (widestFont * total * fontSize) / 1000;
}

/** A label without its middle where it is wider than `limit` pixels: names that begin alike are told by their ends. */
export function middleCut(label: string, limit: number): string {
  if (textWidth(label, 12) <= limit) return label;
  const characters = Array.from(label);
  for (let kept = characters.length - 2; kept > 2; kept--) {
    const start = characters.slice(0, Math.ceil(kept / 2)).join("");
    const cut = `${start}..${characters.slice(-Math.floor(kept / 2)).join("")}`;
    if (textWidth(cut, 12) <= limit) return cut;
  }
  return label;
}
