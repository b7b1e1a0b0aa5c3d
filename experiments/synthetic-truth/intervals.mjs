/*
 * How often the intervals of runs hold the truth, by size and noise: what `run.mjs --intervals` keeps of a run, and the
 * table of it.
 */
import { groupBy, table } from "../lib/statistics.mjs";

/** Information and atoms as one number per name. */
function flat({ total, byModality, unique, redundancy, synergy }) {
  const named = (prefix, of) => Object.entries(of).map(([name, value]) => [`${prefix} ${name}`, value]);
  return Object.fromEntries([
    ["total", total],
    ...named("alone", byModality),
    ...named("unique", unique),
    ["redundancy", redundancy],
    ["synergy", synergy],
  ]);
}

/**
 * Of every number the truth, the estimate, the ends of its interval (upper null: none), those by the noise of the held-out
 * rows alone, and what the rows that trained the network tell; bits.
 */
export function judged({ regression, atoms, byNoise, trainAtoms }) {
  const parts = [
    ...[regression, atoms.values, atoms.lower, atoms.upper],
    ...[byNoise.lower, byNoise.upper, trainAtoms.values],
  ].map(flat);
  const rounded = (value) => (Number.isFinite(value) ? Math.round(1e5 * value) / 1e5 : null);
  return Object.fromEntries(Object.keys(parts[0]).map((name) => [name, parts.map((part) => rounded(part[name]))]));
}

const kinds = {
  total: (name) => name === "total",
  "one modality": (name) => name.startsWith("alone"),
  atoms: (name) => !/^(total|alone)/.test(name),
};

/** Amount that no interval is missed by, bits: numbers are kept with five digits. */
const rounding = 2e-5;

/** Whether each of the numbers of a kind is held; those that are 0 in estimate and truth say nothing. */
function held(lines, isOfKind, endsOf) {
  return lines.flatMap(({ numbers }) =>
    Object.entries(numbers).flatMap(([name, number]) => {
      const [truth, value] = number;
      if (!isOfKind(name) || (truth === 0 && value === 0)) return [];
      const [lower, upper] = endsOf(number);
      return [lower <= truth + rounding && (upper === null || truth <= upper + rounding)];
    }),
  );
}

const ends = {
  reported: ([, , lower, upper]) => [lower, upper],
  halfWay: ([, value, , , lower, upper, train]) => [lower, upper + Math.max(0, train - value) / 2],
};

function percent(flags) {
  if (flags.length === 0) return "";
  return `${((100 * flags.filter(Boolean).length) / flags.length).toFixed(0)} % of ${flags.length}`;
}

/** One row per noise ratio and number of rows. */
export function intervalTable(lines) {
  const ordered = lines.toSorted((a, b) => a.noise - b.noise || a.rows - b.rows);
  const cells = groupBy(ordered, ({ rows, noise }) => `noise ${noise}, n = ${rows}`);
  const names = Object.keys(kinds);
  const rows = [...cells].map(([cell, runs]) => {
    const shares = (endsOf) => names.map((kind) => percent(held(runs, kinds[kind], endsOf)));
    const open = runs.map(({ numbers }) => numbers.total[3] === null);
    return [cell, runs.length, ...shares(ends.reported), ...shares(ends.halfWay), percent(open).replace(/ of .*/, "")];
  });
  const head = ["", "runs", ...names, ...names.map((name) => `half-way: ${name}`), "totals without an upper end"];
  return table(head, rows);
}
