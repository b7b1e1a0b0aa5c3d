import { InputError } from "../errors.js";
import { unguarded } from "../files/formula-guard.js";
import { parseCsv } from "../files/parse-csv.js";

/** Columns of predictions.csv that say which row it is. */
const rowColumns = ["id", "part", "group", "missing"];

/**
 * Column of a target's true values in a table of predictions: its name, or NAME.observed where that says which row it is.
 * @param taken columns that say which row it is; those of predictions.csv if left out
 */
export function observedColumn(target: string, taken: readonly string[] = rowColumns): string {
  return taken.includes(target) ? `${target}.observed` : target;
}

/** Columns of the values of one name: one, or of classes one for each. */
export function valueColumns(name: string, classes: readonly string[] | undefined): string[] {
  return classes === undefined ? [name] : classes.map((label) => `${name}.${label}`);
}

/** A true value as its cell has it: a number, or the label of its class; NaN where it is not known. */
export function trueCell(value: number, classes: readonly string[] | undefined): number | string | null {
  if (Number.isNaN(value)) return null;
  return classes === undefined ? value : classes[value];
}

/** Name of the columns of what the model predicts: `prediction`, of classes `probability`. */
export function predictionName(classes: readonly string[] | undefined): string {
  return classes === undefined ? "prediction" : "probability";
}

/** Predictions of one target on the rows of one part; of K classes row-major [rows, K], true values places among them. */
export interface TargetPredictions {
  readonly truth: Float64Array;
  readonly prediction: Float64Array;
  /** How large errors of a row are; left out where not recorded. */
  readonly scale?: Float64Array;
  /** Predictions at epochs that a row had no say in; left out where not recorded, as of test rows. */
  readonly crossed?: Float64Array;
  /** Ends of the prediction intervals, NaN where there is none; left out where not recorded, as of validation rows. */
  readonly interval?: { readonly lower: Float64Array; readonly upper: Float64Array };
  /** Baselines on the same rows by name, as far as the run recorded their predictions. */
  readonly baselines: ReadonlyMap<string, Float64Array>;
  /** What the prediction loses without a modality, or without an interaction ("a*b"). */
  readonly contributions: ReadonlyMap<string, Float64Array>;
}

/** The rows of one part of predictions.csv. */
export interface Predictions {
  readonly ids: readonly string[];
  /** Group of each row; null where the run has no groups. */
  readonly groups: readonly string[] | null;
  readonly targets: ReadonlyMap<string, TargetPredictions>;
  /**
   * Sample-level atoms in bits by name ("unique.thickness", "redundancy", ..), NaN in rows that lack a modality; empty
   * where not recorded.
   */
  readonly local: ReadonlyMap<string, Float64Array>;
}

/** What of a file of predictions is wanted. */
export interface WantedPredictions {
  readonly targets: readonly string[];
  /** Names of baselines; those without a column are left out. */
  readonly baselines: readonly string[];
  readonly part: string;
  /** Labels of the classes, where the target is of classes. */
  readonly classes?: readonly string[] | undefined;
}

/**
 * Reads the rows of one part of a predictions.csv.
 * @param label file name for the messages
 * @throws InputError naming the missing column, or line and column of a value that is not a finite number
 */
export function parsePredictions(text: string, label: string, wanted: WantedPredictions): Predictions {
  const part = new PartOfTable(text, label, wanted.part);
  const { classes } = wanted;
  const readTarget = (name: string): TargetPredictions => ({
    truth: classes === undefined ? part.numbers(observedColumn(name)) : part.places(observedColumn(name), classes),
    prediction: part.values(`${name}.${predictionName(classes)}`, classes),
    ...(part.has(`${name}.scale`) ? { scale: part.numbers(`${name}.scale`) } : {}),
    ...(wanted.part === "validation" && part.has(`${name}.crossed`)
      ? { crossed: part.numbers(`${name}.crossed`) }
      : {}),
    ...intervalOf(part, name, wanted.part),
    baselines: part.baselines(name, wanted.baselines, classes),
    contributions:
      classes === undefined
        ? part.withPrefix(`${name}.contribution.`)
        : part.ofClasses(`${name}.contribution.`, classes),
  });
  return {
    ids: part.texts("id"),
    groups: part.has("group") ? part.texts("group") : null,
    targets: new Map(wanted.targets.map((name) => [name, readTarget(name)])),
    local: part.withPrefix("local.", { gaps: true }),
  };
}

/** Validation rows calibrated the intervals and have none; versions before wrote no such columns. */
function intervalOf(table: PartOfTable, target: string, part: string): Pick<TargetPredictions, "interval"> {
  const [lower, upper] = [`${target}.lower`, `${target}.upper`];
  if (part === "validation" || !(table.has(lower) && table.has(upper))) return {};
  return { interval: { lower: table.numbers(lower, { gaps: true }), upper: table.numbers(upper, { gaps: true }) } };
}

/**
 * Adds the baselines of a comparisons.csv, which has the same rows in the same order.
 * @throws InputError as `parsePredictions`, and when the rows are others
 */
export function withComparisons(
  predictions: Predictions,
  text: string,
  label: string,
  wanted: WantedPredictions,
): Predictions {
  const part = new PartOfTable(text, label, wanted.part);
  const ids = part.texts("id");
  const differs = predictions.ids.findIndex((id, i) => id !== ids[i]);
  if (differs !== -1 || ids.length !== predictions.ids.length) {
    throw new InputError(`${label}: its ${wanted.part} rows are not those of predictions.csv`);
  }
  const targets = [...predictions.targets].map(
    ([name, rows]) =>
      [
        name,
        { ...rows, baselines: new Map([...rows.baselines, ...part.baselines(name, wanted.baselines, wanted.classes)]) },
      ] as const,
  );
  return { ...predictions, targets: new Map(targets) };
}

/** The rows of one part of a table of predictions, column by column. */
class PartOfTable {
  private readonly header: readonly string[];
  private readonly rows: readonly (readonly string[])[];
  private readonly at: ReadonlyMap<string, number>;
  private readonly chosen: readonly number[];

  constructor(
    text: string,
    private readonly label: string,
    part: string,
  ) {
    const { header, rows } = parseCsv(text, label);
    this.header = header.map(unguarded);
    this.rows = rows;
    this.at = new Map(this.header.map((name, i) => [name, i]));
    const column = this.index("part");
    this.chosen = rows.flatMap((row, i) => (row[column] === part ? [i] : []));
  }

  has(name: string): boolean {
    return this.at.has(name);
  }

  texts(name: string): string[] {
    const column = this.index(name);
    return this.chosen.map((i) => unguarded(this.rows[i][column]));
  }

  /** @param options.gaps whether empty cells are allowed, and NaN */
  numbers(name: string, { gaps = false } = {}): Float64Array {
    const column = this.index(name);
    const read = (i: number) =>
      gaps && this.rows[i][column] === "" ? Number.NaN : finite(this.rows[i][column], this.label, i + 2, name);
    return Float64Array.from(this.chosen, read);
  }

  /** Row-major values of a name: one column, or one for each class. */
  values(name: string, classes: readonly string[] | undefined): Float64Array {
    const columns = valueColumns(name, classes).map((column) => this.numbers(column));
    if (columns.length === 1) return columns[0];
    return Float64Array.from({ length: columns.length * this.chosen.length }, (_, i) => {
      return columns[i % columns.length][Math.floor(i / columns.length)];
    });
  }

  /** Labels as places among those of the classes. */
  places(name: string, classes: readonly string[]): Float64Array {
    const column = this.index(name);
    const places = new Map(classes.map((label, place) => [label, place]));
    return Float64Array.from(this.chosen, (i) => {
      const label = unguarded(this.rows[i][column]);
      const place = places.get(label);
      if (place !== undefined) return place;
      throw new InputError(`${this.label}, row ${i + 1}, column "${name}": "${label}" is no class of the run`);
    });
  }

  /** Values of each name behind the prefix that has a column for every class. */
  ofClasses(prefix: string, classes: readonly string[]): Map<string, Float64Array> {
    const last = `.${classes[0]}`;
    const names = this.header.filter((name) => name.startsWith(prefix) && name.endsWith(last));
    return new Map(
      names
        .map((name) => name.slice(prefix.length, -last.length))
        .map((name) => [name, this.values(`${prefix}${name}`, classes)]),
    );
  }

  withPrefix(prefix: string, options: { readonly gaps?: boolean } = {}): Map<string, Float64Array> {
    const names = this.header.filter((name) => name.startsWith(prefix));
    return new Map(names.map((name) => [name.slice(prefix.length), this.numbers(name, options)]));
  }

  baselines(
    target: string,
    names: readonly string[],
    classes: readonly string[] | undefined,
  ): Map<string, Float64Array> {
    const recorded = names.filter((name) =>
      valueColumns(`${target}.${name}`, classes).every((column) => this.has(column)),
    );
    return new Map(recorded.map((name) => [name, this.values(`${target}.${name}`, classes)]));
  }

  private index(name: string): number {
    const found = this.at.get(name);
    if (found !== undefined) return found;
    throw new InputError(`${this.label}: column "${name}" is missing; the file has ${this.header.join(", ")}`);
  }
}

function finite(text: string, label: string, line: number, column: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new InputError(`${label}, row ${line - 1}, column "${column}": expected a number, got "${text.slice(0, 40)}"`);
}
