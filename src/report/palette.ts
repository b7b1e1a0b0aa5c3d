/**
 * Every colour of the report, as [light, dark]. Text colours keep a contrast of 7 : 1 or more with the page, marks
 * 3 : 1 or more (WCAG 2.2); hues of the modalities stay apart under the common colour-vision deficiencies
 * (order after Okabe & Ito 2008) and never stand without a label.
 */
export const palette = {
  page: ["#ffffff", "#14161a"],
  panel: ["#f4f6f8", "#1d2026"],
  ink: ["#1b1e23", "#e8eaee"],
  quiet: ["#4a505a", "#b4bac4"],
  grid: ["#e1e4e8", "#31363e"],
  rule: ["#c3c8cf", "#464c56"],
  modality0: ["#0b5fa5", "#62b0f3"],
  modality1: ["#bf4d06", "#f79a5b"],
  modality2: ["#00755a", "#3fcaa1"],
  modality3: ["#ab3c7b", "#f08fc3"],
  modality4: ["#7a6000", "#dabb45"],
  modality5: ["#2b6e8f", "#7fd3ea"],
  redundancy: ["#59626e", "#a7b0bc"],
  synergy: ["#7339ad", "#c39af8"],
  partial: ["#8a4b33", "#d6a189"],
  good: ["#1a6b34", "#6fd08c"],
  warning: ["#9a4a00", "#ffb366"],
} as const satisfies Record<string, readonly [string, string]>;

/** Name of a colour; in figures as its light value, on the page as the custom property `--NAME`. */
export type ColourName = keyof typeof palette;

/** The literal that figures are drawn with: the light theme. */
export function colour(name: ColourName): string {
  return palette[name][0];
}

const modalityColours = ["modality0", "modality1", "modality2", "modality3", "modality4", "modality5"] as const;

/** Colour of the modality at `index`; the seventh takes the first again, which is why marks carry labels too. */
export function modalityColour(index: number): string {
  return colour(modalityColours[index % modalityColours.length]);
}

/** Dash patterns that lines of one colour are told apart by, in turn; the first is a whole line. */
export function dashPattern(index: number): number[] {
  return [
    [1, 0],
    [6, 3],
    [2, 2],
    [8, 3, 2, 3],
  ][index % 4];
}

/** Dash pattern of the line of the modality at `index`: changes where the colours start again. */
export function modalityDash(index: number): number[] {
  return dashPattern(Math.floor(index / modalityColours.length));
}

/** Custom properties of both themes, as CSS. */
export function themeCss(): string {
  const block = (theme: 0 | 1) =>
    Object.entries(palette)
      .map(([name, values]) => `--${name}:${values[theme]}`)
      .join(";");
  return `:root{color-scheme:light dark;${block(0)}}@media (prefers-color-scheme:dark){:root{${block(1)}}}@media print{:root{color-scheme:light;${block(0)}}}`;
}

const byLiteral = new Map<string, string>(Object.entries(palette).map(([name, [light]]) => [light, name]));

/** The same drawing with its colours bound to the page's theme. */
export function followTheme(svg: string): string {
  return svg.replace(/(fill|stroke)="(#[0-9a-f]{6})"/g, (whole, attribute, literal) => {
    const name = byLiteral.get(literal);
    return name === undefined ? whole : `${attribute}="var(--${name})"`;
  });
}
