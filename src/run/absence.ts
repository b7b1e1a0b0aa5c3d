import type { Config } from "../config/schema.js";
import { type PreparedRows, rowCount } from "../data/rows.js";
import { type HeadlineError, headlineOf } from "../evaluation/headline.js";
import type { EvaluatePart } from "../evaluation/metrics.js";
import {
  errorsByPattern,
  type MissingModalities,
  type PatternErrors,
  removalPatterns,
} from "../evaluation/missing-modalities.js";
import { pickRows } from "../evaluation/row-values.js";
import { kindOfFitted } from "../modalities/kinds.js";
import type { Preparations } from "../modalities/prepare.js";
import type { RunWarning } from "../record/run-schemas.js";
import type { AbsenceErrors } from "../record/stored-calibration.js";
import { agree, joinWords, plural } from "../report/text.js";
import type { Task } from "../tasks/task.js";
import type { TrainingData } from "../training/data.js";
import { coded } from "./warnings.js";

/** Whether a model is trained for rows that lack whole modalities. */
export function takesAbsentModalities({ training }: Pick<Config, "training">): boolean {
  return training.modalityDropout > 0;
}

/** Whether rows without a modality may reach the model: it is trained for them, or their gaps are filled. */
export function mayLackModalities(config: Pick<Config, "training" | "data">): boolean {
  return takesAbsentModalities(config) || config.data.missing === "mean";
}

/**
 * Inputs as the network reads them. A network that was not trained for absent modalities reads filled features instead:
 * that is what it saw of such rows in training.
 */
export function networkInputs(
  inputs: readonly PreparedRows[],
  config: Pick<Config, "training">,
): readonly PreparedRows[] {
  if (takesAbsentModalities(config)) return inputs;
  return inputs.map(({ present: _present, ...input }) => input);
}

/** Modalities that each row lacks, by name, in the order of the model. */
export function absentNames(inputs: readonly PreparedRows[], rows: ArrayLike<number>): string[][] {
  return Array.from(rows, (row) => inputs.flatMap(({ name, present }) => (present?.[row] === 0 ? [name] : [])));
}

/** The column of absent modalities of a table of predictions: only where rows may lack some, or do. */
export function missingColumn(
  missing: readonly (readonly string[])[],
  config: Pick<Config, "training">,
): { readonly missing?: readonly (readonly string[])[] } {
  return takesAbsentModalities(config) || missing.some((names) => names.length > 0) ? { missing } : {};
}

/** Names of absent modalities as one cell: `mri+pet`. */
export function absentText(names: readonly string[]): string {
  return names.join("+");
}

/** What the error by pattern is measured with. */
export interface AbsenceRequest {
  readonly config: Pick<Config, "training" | "data">;
  readonly preprocessor: Preparations;
  /** Prepared features of all rows of the table. */
  readonly inputs: readonly PreparedRows[];
  readonly evaluate: EvaluatePart;
  readonly targets: readonly string[];
  /** Rows to predict, validation first. */
  readonly rows: Int32Array;
  readonly validationRows: number;
  /** Row-major [rows.length, targets], and [rows.length, columns]. */
  readonly truth: Float64Array;
  readonly prediction: Float64Array;
  /** Predicts rows of the given inputs, row-major [rows, columns]. */
  readonly predict: (inputs: readonly PreparedRows[], rows: Int32Array) => Promise<Float64Array>;
}

/**
 * Errors of rows that lack modalities, and of complete rows when modalities are taken away from them.
 * @returns undefined where a row never may lack a modality: without modality dropout, unless gaps are filled
 */
export async function evaluateAbsence(request: AbsenceRequest): Promise<MissingModalities | undefined> {
  const { config, inputs, evaluate, targets, rows, validationRows, truth, prediction } = request;
  if (!mayLackModalities(config)) return undefined;
  const missing = absentNames(inputs, rows);
  const patterns = errorsByPattern({ evaluate, targets, truth, prediction, missing, validationRows });
  const whole = Array.from(rows.keys()).filter((i) => missing[i].length === 0);
  const removed: PatternErrors[] = [];
  if (whole.length > 0) {
    for (const names of removalPatterns(inputs.map(({ name }) => name))) {
      const without = await request.predict(
        removeModalities(request, names),
        Int32Array.from(whole, (i) => rows[i]),
      );
      removed.push(
        ...errorsByPattern({
          evaluate,
          targets,
          truth: pickRows(truth, rows.length, whole),
          prediction: without,
          missing: whole.map(() => names),
          validationRows: whole.filter((i) => i < validationRows).length,
        }),
      );
    }
  }
  return {
    modalityDropout: config.training.modalityDropout,
    complete: patterns.find((pattern) => pattern.missing.length === 0) ?? {
      missing: [],
      validation: null,
      test: null,
    },
    removed,
    observed: patterns.filter((pattern) => pattern.missing.length > 0),
  };
}

/** The inputs as they were if no row had the named modalities. */
function removeModalities({ config, preprocessor, inputs }: AbsenceRequest, names: readonly string[]) {
  return inputs.map((input): PreparedRows => {
    if (!names.includes(input.name)) return input;
    const rows = rowCount(input);
    if (takesAbsentModalities(config)) return { ...input, present: new Uint8Array(rows) };
    const fitted = preprocessor.modalities.find(({ name }) => name === input.name);
    if (fitted === undefined) throw new RangeError(`no preparation of modality "${input.name}"`);
    const row = kindOfFitted(fitted).absent(fitted);
    const { name, width, form } = input;
    const read = async (numbers: ArrayLike<number>, out: Float32Array) => {
      for (let i = 0; i < numbers.length; i++) out.set(row, i * width);
    };
    return { ...{ name, width, rows, read }, form };
  });
}

/** What errors are of, and by what they are told. */
export interface MeasuredBy {
  readonly targets: readonly string[];
  readonly error: HeadlineError;
}

/** What the errors of a run are of. */
export function measuredBy({
  task,
  training,
}: {
  readonly task: Pick<Task, "metrics">;
  readonly training: Pick<TrainingData, "targetNames">;
}): MeasuredBy {
  return { targets: training.targetNames, error: task.metrics.headline };
}

/** The numbers that `predict` tells; undefined when they were not measured. */
export function absenceErrors(
  evaluated: MissingModalities | undefined,
  { targets, error }: MeasuredBy,
): AbsenceErrors | undefined {
  if (evaluated === undefined) return undefined;
  const part = evaluated.complete.test === null ? "validation" : "test";
  const errorsOf = ({ [part]: measured }: PatternErrors) =>
    measured === null ? null : targets.map((name) => headlineOf(measured.perTarget[name], error));
  const complete = errorsOf(evaluated.complete);
  if (complete === null) return undefined;
  const removed = evaluated.removed.flatMap((pattern) => {
    const errors = errorsOf(pattern);
    return errors === null ? [] : [{ missing: pattern.missing, errors }];
  });
  return { part, complete, error: error.key, removed };
}

/** The rows of a run that lack modalities, as they were evaluated. */
interface EvaluatedAbsence {
  readonly absence: MissingModalities | undefined;
  readonly validationRows: number;
}

/** Warnings of a run about validation and test rows that lack modalities. @param missing names per row, validation first */
export function absenceWarnings(
  missing: readonly (readonly string[])[],
  config: Pick<Config, "training" | "data">,
  by: MeasuredBy,
  errors: AbsenceErrors | undefined,
  own: EvaluatedAbsence,
): RunWarning[] {
  return coded("absent-modalities", absenceMessages(missing, config, by, errors, own));
}

/**
 * What the user is told about rows that lack modalities: how many, and how much worse to expect.
 * @param missing names of absent modalities per row
 * @param errors  measured on complete rows of the run, from which modalities were taken away
 * @param own     for the rows of the run itself: what their own errors are
 */
export function absenceMessages(
  missing: readonly (readonly string[])[],
  config: Pick<Config, "training" | "data">,
  by: MeasuredBy,
  errors: AbsenceErrors | undefined,
  own?: EvaluatedAbsence,
): string[] {
  const patterns = new Map<string, { names: readonly string[]; rows: number[] }>();
  missing.forEach((names, row) => {
    if (names.length === 0) return;
    const key = absentText(names);
    const known = patterns.get(key);
    if (known === undefined) patterns.set(key, { names, rows: [row] });
    else known.rows.push(row);
  });
  const modalities = Object.keys(config.data.modalities);
  const advice = takesAbsentModalities(config)
    ? ""
    : ". The model was trained without training.modalityDropout, which is made for such rows";
  return [...patterns].map(([key, { names, rows }]) => {
    const listed = joinWords(names.map((name) => `"${name}"`));
    const it = names.length > 1 ? "them" : "it";
    const lack = `${plural(rows.length, "row")} ${agree(rows.length, "lacks", "lack")} ${listed}`;
    if (names.length === modalities.length) {
      return (
        `${lack}, every modality that the model reads: nothing is known of ${agree(rows.length, "it", "them")}, and each such row gets the same ` +
        `prediction, what the model makes of empty inputs; better leave ${agree(rows.length, "it", "them")} out${partsOf(rows, own)}${lackingInFact(key, by, own, it)}`
      );
    }
    return (
      `${lack} and ` +
      `${agree(rows.length, "is", "are")} predicted from the rest${partsOf(rows, own)}` +
      `${takenAway(key, by, errors, it)}${lackingInFact(key, by, own, it)}${advice}`
    );
  });
}

function partsOf(rows: readonly number[], own: EvaluatedAbsence | undefined): string {
  if (own === undefined) return "";
  const validation = rows.filter((row) => row < own.validationRows).length;
  return ` (${validation} of the validation part, ${rows.length - validation} of the test part)`;
}

function takenAway(key: string, { targets, error }: MeasuredBy, errors: AbsenceErrors | undefined, it: string): string {
  const known = errors?.removed.find((pattern) => absentText(pattern.missing) === key);
  if (errors === undefined || known === undefined) return "";
  const figures = targets.map(
    (name, t) => `${name} ${known.errors[t].toPrecision(3)} instead of ${errors.complete[t].toPrecision(3)}`,
  );
  return `; ${errors.part} ${error.name} without ${it}: ${joinWords(figures)} on complete rows from which ${it === "it" ? "it was" : "they were"} taken away`;
}

function lackingInFact(
  key: string,
  { targets, error }: MeasuredBy,
  own: EvaluatedAbsence | undefined,
  it: string,
): string {
  const test = own?.absence?.observed.find((pattern) => absentText(pattern.missing) === key)?.test ?? null;
  if (test === null) return "";
  const figures = targets.map((name) => `${name} ${headlineOf(test.perTarget[name], error).toPrecision(3)}`);
  return `; ${joinWords(figures)} on the ${plural(test.n, "test row")} that ${agree(test.n, "lacks", "lack")} ${it}`;
}
