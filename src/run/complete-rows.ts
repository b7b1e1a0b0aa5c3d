import type { LocalPid } from "../pid/pointwise/local-pid.js";
import type { LatentValues } from "../training/atoms/readouts.js";

/** Sentence on the rows that atoms leave out; none where every row has every modality. */
export function completeRowsMessage(part: string, rows: number, lacking: number): string[] {
  if (lacking === 0) return [];
  return [
    `atoms of the ${part} are estimated from the ${rows - lacking} of ${rows} rows that have every modality; ` +
      "a row that lacks one has no sample-level atoms",
  ];
}

/** Positions of the rows that lack nothing. @param missing names of absent modalities per row */
export function completePositions(missing: readonly (readonly string[])[]): number[] {
  return missing.flatMap((names, i) => (names.length === 0 ? [i] : []));
}

/** The given rows of a row-major table. */
export function pickRows<T extends Float32Array | Float64Array>(values: T, rows: number, at: readonly number[]): T {
  const width = values.length / rows;
  const out = values.slice(0, at.length * width) as T;
  at.forEach((row, i) => {
    out.set(values.subarray(row * width, (row + 1) * width), i * width);
  });
  return out;
}

/** The given rows of latents and of what is read from them. */
export function pickLatents({ latents, predictions, predictionsAlone, rows }: LatentValues, at: readonly number[]) {
  const pick = <T extends Float32Array | Float64Array>(values: T) => pickRows(values, rows, at);
  return {
    latents: pick(latents),
    predictions: predictions.map(pick),
    predictionsAlone: predictionsAlone.map((alone) => alone.map(pick)),
    rows: at.length,
  };
}

/** Sample-level atoms without values (NaN) for the rows that lack a modality: what they tell of it is a filled mean. */
export function onlyComplete(local: LocalPid, missing: readonly (readonly string[])[]): LocalPid {
  const { information, unique, ...shared } = local;
  const blank = (values: Float64Array) => values.map((value, i) => (missing[i].length === 0 ? value : Number.NaN));
  const blankAll = (columns: Readonly<Record<string, Float64Array>>) =>
    Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, blank(values)]));
  if (missing.every((names) => names.length === 0)) return local;
  return {
    n: shared.n,
    information: { total: blank(information.total), byModality: blankAll(information.byModality) },
    unique: blankAll(unique),
    redundancy: blank(shared.redundancy),
    synergy: blank(shared.synergy),
    partialRedundancy: blank(shared.partialRedundancy),
    union: blank(shared.union),
  };
}

/** Sample-level atoms of rows of which only some have any: those stand at the given positions, the others have none (NaN). */
export function spreadLocal(local: LocalPid, rows: number, at: readonly number[]): LocalPid {
  return mapLocal([local], ([values]) => {
    const out = new Float64Array(rows).fill(Number.NaN);
    at.forEach((row, i) => {
      out[row] = values[i];
    });
    return out;
  });
}

/** Sample-level atoms of two tables one behind the other. */
export function joinLocal(first: LocalPid, second: LocalPid): LocalPid {
  return mapLocal([first, second], ([a, b]) => Float64Array.from([...a, ...b]));
}

/** Columns made of the columns of the same name in every table. */
function mapLocal(tables: readonly LocalPid[], make: (columns: readonly Float64Array[]) => Float64Array): LocalPid {
  const column = (pick: (table: LocalPid) => Float64Array) => make(tables.map(pick));
  const named = (pick: (table: LocalPid) => Readonly<Record<string, Float64Array>>) =>
    Object.fromEntries(Object.keys(pick(tables[0])).map((name) => [name, column((table) => pick(table)[name])]));
  const total = column(({ information }) => information.total);
  return {
    n: total.length,
    information: { total, byModality: named(({ information }) => information.byModality) },
    unique: named(({ unique }) => unique),
    redundancy: column(({ redundancy }) => redundancy),
    synergy: column(({ synergy }) => synergy),
    partialRedundancy: column(({ partialRedundancy }) => partialRedundancy),
    union: column(({ union }) => union),
  };
}
