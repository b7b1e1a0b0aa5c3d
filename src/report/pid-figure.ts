import type { TopLevelSpec } from "vega-lite";
import type { PidEstimate } from "../pid/estimate-types.js";
import { barsSpec } from "./figures/bars.js";
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
  const axis = `information about ${target.join(", ")}, bits`;
  const spec = estimates.length === 1 ? atomBars(estimates[0].estimate, axis) : groupBars(estimates, axis, by);
  return standalone(await renderSvg(spec, description(estimates, target)));
}

function description(estimates: readonly LabelledEstimate[], target: readonly string[]): string {
  const said = estimates.map(({ label, estimate }) => {
    const atoms = atomsOf(estimate).map((part) => `${part.atom} ${noteOf(estimate, part)}`);
    return `${label}: ${joinWords(atoms)}`;
  });
  return `Information about ${target.join(", ")} in bits. ${said.join(". ")}.`;
}

/** The number behind a bar. */
function noteOf(estimate: PidEstimate, { atom, value, error }: Atom): string {
  const zero = estimate.modalities.some((name) => atom === `only ${name}` && isByDefinition(estimate, name));
  return zero ? "0 by definition" : bitsWithError(value, error);
}

function atomsOf(estimate: PidEstimate): Atom[] {
  const { atoms, modalities } = estimate;
  const errors = estimate.standardErrors?.atoms;
  const partial = {
    atom: "some, not all",
    colour: colour("partial"),
    value: atoms.partialRedundancy,
    error: errors?.partialRedundancy ?? null,
  };
  return [
    ...modalities.map((name, i) => ({
      atom: `only ${name}`,
      colour: modalityColour(i),
      value: atoms.unique[name],
      error: errors?.unique[name] ?? null,
    })),
    {
      atom: modalities.length === 2 ? "either one" : "every one",
      colour: colour("redundancy"),
      value: atoms.redundancy,
      error: errors?.redundancy ?? null,
    },
    ...(modalities.length > 2 ? [partial] : []),
    { atom: "only together", colour: colour("synergy"), value: atoms.synergy, error: errors?.synergy ?? null },
  ];
}

function atomBars(estimate: PidEstimate, axis: string): TopLevelSpec {
  const bars = atomsOf(estimate).map((part) => {
    const { atom: label, colour: fill, value, error } = part;
    const base = { label, colour: fill, note: noteOf(estimate, part) };
    if (!Number.isFinite(value)) return { ...base, value: null, low: null, high: null };
    const ends = error === null ? null : { low: Math.max(0, value - 1.96 * error), high: value + 1.96 * error };
    return { ...base, value, low: ends?.low ?? null, high: ends?.high ?? null };
  });
  return barsSpec(bars, axis, width);
}

const labelAxis = { labelColor: colour("ink"), ticks: false, domain: false, labelPadding: 8, labelLimit: 220 };

/** Infinite atoms are drawn with length 0: a bar cannot show them; negative ones too, which are sampling noise. */
function groupBars(estimates: readonly LabelledEstimate[], axis: string, by: string): TopLevelSpec {
  const first = atomsOf(estimates[0].estimate);
  const values = estimates.flatMap(({ label, estimate }) => {
    let from = 0;
    return atomsOf(estimate).map(({ atom, value }) => {
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
