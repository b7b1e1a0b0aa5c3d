import type { TopLevelSpec } from "vega-lite";
import { z95 } from "../math/descriptive.js";
import type { PidEstimate } from "../pid/estimate/estimate-types.js";
import { drawnBits } from "./bits-text.js";
import { barsSpec } from "./figures/bars.js";
import { cutNote, type Foremost, foremost } from "./foremost.js";
import { colour, modalityColour } from "./palette.js";
import { bitsWithError, isByDefinition } from "./pid-sentences.js";
import { renderSvg, standalone } from "./render-svg.js";
import { joinWords } from "./text.js";

/** A decomposition with the name of its rows: "all rows", or a group. */
export interface LabelledEstimate {
  readonly label: string;
  readonly estimate: PidEstimate;
}

const width = 760;

/** One piece of the total, as drawn. */
interface Atom {
  readonly atom: string;
  readonly colour: string;
  readonly value: number;
  readonly error: number | null;
}

/**
 * The figure of a decomposition as a file of its own: one bar per atom with its 95 % interval; of several
 * decompositions (groups), one bar each, split into its atoms. The same input gives the same bytes.
 * @param target names of the target columns
 * @param by     column that made the groups
 */
export async function pidFigure(
  estimates: readonly LabelledEstimate[],
  target: readonly string[],
  by = "",
): Promise<string> {
  const unique = drawnModalities(estimates);
  const note = cutNote(unique, "the most unique information");
  const axis = `information about ${joinWords(target)}, bits${note === null ? "" : `. ${note}`}`;
  const drawn = new Set(unique.shown);
  const spec =
    estimates.length === 1 ? atomBars(estimates[0].estimate, axis, drawn) : groupBars(estimates, axis, by, drawn);
  return standalone(await renderSvg(spec, description(estimates, target, drawn)));
}

/** Of many modalities those of most unique information in any of the decompositions. */
function drawnModalities(estimates: readonly LabelledEstimate[]): Foremost<string> {
  const { modalities } = estimates[0].estimate;
  return foremost(modalities, (name) => Math.max(...estimates.map(({ estimate }) => estimate.atoms.unique[name])));
}

function description(
  estimates: readonly LabelledEstimate[],
  target: readonly string[],
  drawn: ReadonlySet<string>,
): string {
  const said = estimates.map(({ label, estimate }) => {
    const atoms = atomsOf(estimate, drawn).map((part) => `${part.atom} ${noteOf(estimate, part)}`);
    return `${label}: ${joinWords(atoms, atoms.length)}`;
  });
  return `Information about ${joinWords(target)} in bits. ${said.join(". ")}.`;
}

/** The number behind a bar. */
function noteOf(estimate: PidEstimate, { atom, value, error }: Atom): string {
  const zero = estimate.modalities.some((name) => atom === `only ${name}` && isByDefinition(estimate, name));
  return zero ? "0 by definition" : bitsWithError(value, error);
}

function atomsOf(estimate: PidEstimate, drawn: ReadonlySet<string>): Atom[] {
  return everyAtom(estimate, drawn).map((part) => ({
    ...part,
    value: drawnBits(part.value),
    error: drawnBits(part.error),
  }));
}

function everyAtom(estimate: PidEstimate, drawn: ReadonlySet<string>): Atom[] {
  const { atoms, modalities } = estimate;
  const errors = estimate.standardErrors?.atoms;
  const partial = {
    atom: "some, not all",
    colour: colour("partial"),
    value: atoms.partialRedundancy,
    error: errors?.partialRedundancy ?? null,
  };
  return [
    ...modalities
      .map((name, i) => ({
        name,
        atom: `only ${name}`,
        colour: modalityColour(i),
        value: atoms.unique[name],
        error: errors?.unique[name] ?? null,
      }))
      .filter(({ name }) => drawn.has(name)),
    {
      atom: modalities.length === 2 ? "either one" : estimate.classes ? "two or more" : "every one",
      colour: colour("redundancy"),
      value: atoms.redundancy,
      error: errors?.redundancy ?? null,
    },
    ...(modalities.length > 2 && !estimate.classes ? [partial] : []),
    { atom: "only together", colour: colour("synergy"), value: atoms.synergy, error: errors?.synergy ?? null },
  ];
}

function atomBars(estimate: PidEstimate, axis: string, drawn: ReadonlySet<string>): TopLevelSpec {
  const bars = atomsOf(estimate, drawn).map((part) => {
    const { atom: label, colour: fill, value, error } = part;
    const base = { label, colour: fill, note: noteOf(estimate, part) };
    if (!Number.isFinite(value)) return { ...base, value: null, low: null, high: null };
    const ends = error === null ? null : { low: Math.max(0, value - z95 * error), high: value + z95 * error };
    return { ...base, value, low: ends?.low ?? null, high: ends?.high ?? null };
  });
  return barsSpec(bars, axis, width);
}

const labelAxis = { labelColor: colour("ink"), ticks: false, domain: false, labelPadding: 8, labelLimit: 220 };

/** Infinite atoms are drawn with length 0: a bar cannot show them; negative ones too, which are sampling noise. */
function groupBars(
  estimates: readonly LabelledEstimate[],
  axis: string,
  by: string,
  drawn: ReadonlySet<string>,
): TopLevelSpec {
  const first = atomsOf(estimates[0].estimate, drawn);
  const values = estimates.flatMap(({ label, estimate }) => {
    let from = 0;
    return atomsOf(estimate, drawn).map(({ atom, value }) => {
      const start = from;
      from += Number.isFinite(value) ? Math.max(0, value) : 0;
      return { label: estimate.n === null ? label : `${label} (${estimate.n})`, atom, from: start, to: from };
    });
  });
  return {
    width,
    height: 24 * estimates.length + 80,
    data: { values },
    mark: { type: "bar", height: 15 },
    encoding: {
      x: { field: "from", type: "quantitative", title: axis, axis: { tickCount: 6, grid: true } },
      x2: { field: "to" },
      y: { field: "label", type: "nominal", sort: null, title: by === "" ? null : `${by} (rows)`, axis: labelAxis },
      fill: {
        field: "atom",
        type: "nominal",
        scale: { domain: first.map((a) => a.atom), range: first.map((a) => a.colour) },
        legend: { symbolType: "square" },
      },
    },
  };
}
