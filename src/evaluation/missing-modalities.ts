import type { EvaluatePart, Part } from "./metrics.js";
import { pickRows } from "./row-values.js";

/** Errors on rows that lack the same modalities. */
export interface PatternErrors {
  /** Modalities that are absent, by name; empty for rows that have all. */
  readonly missing: readonly string[];
  /** Null when the part has no such row. */
  readonly validation: Part | null;
  readonly test: Part | null;
}

/** metrics.json.missingModalities: what predictions are worth where modalities are absent. */
export interface MissingModalities {
  /** `training.modalityDropout`; 0: the network was not trained for absent modalities and reads filled features. */
  readonly modalityDropout: number;
  /** Rows that have every modality. */
  readonly complete: PatternErrors;
  /** The same rows with modalities taken away. */
  readonly removed: readonly PatternErrors[];
  /** Rows that do lack modalities, by what they lack; empty when there are none. */
  readonly observed: readonly PatternErrors[];
}

/** Rows of both parts, validation first: truth and prediction row-major, and what each row lacks. */
export interface PatternRows {
  readonly evaluate: EvaluatePart;
  readonly targets: readonly string[];
  readonly truth: Float64Array;
  readonly prediction: Float64Array;
  /** Names of absent modalities per row. */
  readonly missing: readonly (readonly string[])[];
  readonly validationRows: number;
}

/** Errors by pattern of missingness, complete rows first, then by number of absent modalities. */
export function errorsByPattern(rows: PatternRows): PatternErrors[] {
  const patterns = new Map<string, number[]>();
  rows.missing.forEach((names, i) => {
    const key = JSON.stringify(names);
    const known = patterns.get(key);
    if (known === undefined) patterns.set(key, [i]);
    else known.push(i);
  });
  return [...patterns]
    .map(([key, members]) => ({ missing: JSON.parse(key) as string[], members }))
    .sort((a, b) => a.missing.length - b.missing.length || a.missing.join().localeCompare(b.missing.join(), "en"))
    .map(({ missing, members }) => ({
      missing,
      validation: partOf(
        rows,
        members.filter((i) => i < rows.validationRows),
      ),
      test: partOf(
        rows,
        members.filter((i) => i >= rows.validationRows),
      ),
    }));
}

/** Most modalities for which every combination is tried. */
const mostForAll = 4;

/**
 * Which modalities to take away to see what that costs: every combination that leaves at least one, up to four
 * modalities, and one at a time beyond.
 */
export function removalPatterns(names: readonly string[]): string[][] {
  if (names.length > mostForAll) return names.map((name) => [name]);
  const all = Array.from({ length: 2 ** names.length - 2 }, (_, i) => names.filter((_name, m) => ((i + 1) >> m) & 1));
  return all.sort((a, b) => a.length - b.length);
}

function partOf({ evaluate, targets, truth, prediction }: PatternRows, members: readonly number[]): Part | null {
  if (members.length === 0) return null;
  const rows = truth.length / targets.length;
  return evaluate(targets, pickRows(truth, rows, members), pickRows(prediction, rows, members));
}
