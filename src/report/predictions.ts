import { InputError } from "../errors.js";
import { parseCsv } from "./csv.js";

/** Predictions of one target on the rows of one part. */
export interface TargetPredictions {
  readonly truth: Float64Array;
  readonly prediction: Float64Array;
  /** Ridge regression on the same rows, where the run recorded it. */
  readonly ridge: Float64Array | null;
  /** What the prediction loses without a modality, or without an interaction ("a*b"). */
  readonly contributions: ReadonlyMap<string, Float64Array>;
}

/** The rows of one part of predictions.csv. */
export interface Predictions {
  readonly ids: readonly string[];
  readonly targets: ReadonlyMap<string, TargetPredictions>;
  /** Sample-level atoms in bits by name ("unique.thickness", "redundancy", ..); empty where not recorded. */
  readonly local: ReadonlyMap<string, Float64Array>;
}

/**
 * Reads the rows of one part of a predictions.csv.
 * @param label file name for the messages
 * @throws InputError naming the missing column, or line and column of a value that is not a finite number
 */
export function parsePredictions(text: string, label: string, targets: readonly string[], part: string): Predictions {
  const { header, rows } = parseCsv(text, label);
  const at = new Map(header.map((name, i) => [name, i]));
  const index = (name: string) => {
    const found = at.get(name);
    if (found !== undefined) return found;
    throw new InputError(`${label}: column "${name}" is missing; the file has ${header.join(", ")}`);
  };
  const partAt = index("part");
  const idAt = index("id");
  const chosen = rows.flatMap((row, i) => (row[partAt] === part ? [i] : []));
  const numbers = (name: string) => {
    const column = index(name);
    return Float64Array.from(chosen, (i) => finite(rows[i][column], label, i + 2, name));
  };
  const withPrefix = (prefix: string) =>
    new Map(header.filter((n) => n.startsWith(prefix)).map((n) => [n.slice(prefix.length), numbers(n)]));
  const readTarget = (name: string): TargetPredictions => ({
    truth: numbers(name),
    prediction: numbers(`${name}.prediction`),
    ridge: at.has(`${name}.ridge`) ? numbers(`${name}.ridge`) : null,
    contributions: withPrefix(`${name}.contribution.`),
  });
  return {
    ids: chosen.map((i) => rows[i][idAt]),
    targets: new Map(targets.map((name) => [name, readTarget(name)])),
    local: withPrefix("local."),
  };
}

function finite(text: string, label: string, line: number, column: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new InputError(`${label}, row ${line - 1}, column "${column}": expected a number, got "${text.slice(0, 40)}"`);
}
