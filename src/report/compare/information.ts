import { drawnBits } from "../bits-text.js";
import { drawFigure, figureWidth } from "../draw-figure.js";
import { barsSpec } from "../figures/bars.js";
import { cutNote, foremost, mostShown } from "../foremost.js";
import { type Html, html, table } from "../html.js";
import { modalityColour } from "../palette.js";
import type { Figure, Section } from "../section.js";
import { formatBits, joinWords } from "../text.js";
import type { Comparison, SideBySide } from "./comparison.js";
import { spreadEnds, spreadText } from "./spread-text.js";

/** Atoms and fusion weights of the groups side by side. */
export async function informationSection(comparison: Comparison): Promise<Section> {
  const { groups, atoms, weights } = comparison;
  const drawn = foremost(atoms, largestMean);
  const listed = foremost(weights, largestMean, mostListed);
  const several = groups.some(({ runs }) => runs.length > 1);
  return {
    id: "information",
    title: "What the modalities contribute in each",
    reading: [reading(comparison)],
    figures: await Promise.all(drawn.shown.map((atom, i) => panel(comparison, atom, i))),
    legend: html`Bits, on the rows that model.fusion.atoms of each config names (by default rows that did not train the encoders)${several ? "; ± and thin lines: standard deviation over the runs of a group" : null}. The
      intervals of a single run's atoms are in its own report. ${cutNote(drawn, "the most bits in any of them")}`,
    body: html`${sideTable(comparison, "information (bits)", atoms)}${
      weights.length === 0 ? null : sideTable(comparison, "fusion weight", listed.shown)
    }${listed.more === 0 ? null : html`<p class="quiet">${cutNote(listed, "the largest fusion weights")}</p>`}`,
  };
}

/** Most numbers that are listed side by side: of 20 modalities what each tells, and tells alone. */
export const mostListed = 2 * mostShown + 4;

/** Largest mean of any group. */
export function largestMean({ values }: SideBySide): number {
  return Math.max(...values.map((value) => value?.mean ?? 0));
}

function panel({ groups }: Comparison, { label, values }: SideBySide, index: number): Promise<Figure> {
  const bars = groups.map(({ letter }, i) => ({
    label: letter,
    colour: modalityColour(i),
    value: drawnBits(values[i]?.mean ?? null),
    ...spreadEnds(values[i]),
    note: spreadText(values[i], formatBits),
  }));
  const said = bars.map((bar) => `${bar.label} ${bar.note}`).join("; ");
  return drawFigure(`atom-${index + 1}`, `${label}, bits: ${said}`, figureWidth.third, (width) =>
    barsSpec(bars, `${label} (bits)`, width),
  );
}

function reading({ groups, atoms, targets }: Comparison): Html {
  const total = atoms.find(({ label }) => label === "all together");
  const parts = groups.map(
    ({ letter }, i) => `${letter} ${spreadText(total?.values[i] ?? null, formatBits, "infinite in a run")}`,
  );
  return html`What all modalities of a group together tell about ${joinWords(targets)}, in bits: <b>${joinWords(parts)}</b>.`;
}

function sideTable({ groups }: Comparison, title: string, rows: readonly SideBySide[]): Html {
  return table(
    [[title, "text"], ...groups.map(({ letter }) => [letter, "number"] as const)],
    rows.map(({ label, values }) => [label, ...values.map((value) => spreadText(value, formatBits))]),
  );
}
