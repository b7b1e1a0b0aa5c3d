import type { Config } from "../config/schema.js";
import { absentInputs, type PreparedModality, type Preprocessor } from "../data/prepare/preprocessor.js";
import {
  errorsByPattern,
  type MissingModalities,
  type PatternErrors,
  removalPatterns,
} from "../evaluation/missing-modalities.js";
import type { AbsenceErrors } from "../record/stored-calibration.js";

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
  inputs: readonly PreparedModality[],
  config: Pick<Config, "training">,
): readonly PreparedModality[] {
  if (takesAbsentModalities(config)) return inputs;
  return inputs.map(({ present: _present, ...input }) => input);
}

/** Modalities that each row lacks, by name, in the order of the model. */
export function absentNames(inputs: readonly PreparedModality[], rows: ArrayLike<number>): string[][] {
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
  readonly preprocessor: Preprocessor;
  /** Prepared features of all rows of the table. */
  readonly inputs: readonly PreparedModality[];
  readonly targets: readonly string[];
  /** Rows to predict, validation first. */
  readonly rows: Int32Array;
  readonly validationRows: number;
  /** Row-major [rows.length, targets], user's units. */
  readonly truth: Float64Array;
  readonly prediction: Float64Array;
  /** Predicts rows of the given inputs, row-major [rows, targets], user's units. */
  readonly predict: (inputs: readonly PreparedModality[], rows: Int32Array) => Promise<Float64Array>;
}

/**
 * Errors of rows that lack modalities, and of complete rows when modalities are taken away from them.
 * @returns undefined where a row never may lack a modality: without modality dropout, unless gaps are filled
 */
export async function evaluateAbsence(request: AbsenceRequest): Promise<MissingModalities | undefined> {
  const { config, inputs, targets, rows, validationRows, truth, prediction } = request;
  if (!mayLackModalities(config)) return undefined;
  const missing = absentNames(inputs, rows);
  const patterns = errorsByPattern({ targets, truth, prediction, missing, validationRows });
  const whole = Array.from(rows.keys()).filter((i) => missing[i].length === 0);
  const removed: PatternErrors[] = [];
  if (whole.length > 0) {
    const pick = (values: Float64Array) =>
      Float64Array.from(whole.flatMap((i) => targets.map((_, t) => values[i * targets.length + t])));
    for (const names of removalPatterns(inputs.map(({ name }) => name))) {
      const without = await request.predict(
        removeModalities(request, names),
        Int32Array.from(whole, (i) => rows[i]),
      );
      removed.push(
        ...errorsByPattern({
          targets,
          truth: pick(truth),
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
  return inputs.map((input): PreparedModality => {
    if (!names.includes(input.name)) return input;
    const rows = input.values.length / input.width;
    if (takesAbsentModalities(config)) return { ...input, present: new Uint8Array(rows) };
    const fitted = preprocessor.modalities.find(({ name }) => name === input.name);
    if (fitted === undefined) throw new RangeError(`no preparation of modality "${input.name}"`);
    const row = absentInputs(fitted);
    const values = new Float32Array(input.values.length);
    for (let i = 0; i < rows; i++) values.set(row, i * input.width);
    return { ...input, values };
  });
}

/** The numbers that `predict` tells; undefined when they were not measured. */
export function absenceErrors(
  evaluated: MissingModalities | undefined,
  targets: readonly string[],
): AbsenceErrors | undefined {
  if (evaluated === undefined) return undefined;
  const part = evaluated.complete.test === null ? "validation" : "test";
  const rmse = ({ [part]: measured }: PatternErrors) =>
    measured === null ? null : targets.map((name) => measured.perTarget[name].rmse);
  const complete = rmse(evaluated.complete);
  if (complete === null) return undefined;
  const removed = evaluated.removed.flatMap((pattern) => {
    const errors = rmse(pattern);
    return errors === null ? [] : [{ missing: pattern.missing, rmse: errors }];
  });
  return { part, complete, removed };
}

/**
 * What the user is told about rows that lack modalities: how many, and how much worse to expect.
 * @param missing names of absent modalities per row
 */
export function absenceMessages(
  missing: readonly (readonly string[])[],
  config: Pick<Config, "training">,
  targets: readonly string[],
  errors: AbsenceErrors | undefined,
): string[] {
  const counts = new Map<string, { names: readonly string[]; rows: number }>();
  for (const names of missing) {
    if (names.length === 0) continue;
    const key = absentText(names);
    counts.set(key, { names, rows: (counts.get(key)?.rows ?? 0) + 1 });
  }
  const trained = takesAbsentModalities(config);
  return [...counts].map(([key, { names, rows }]) => {
    const known = errors?.removed.find((pattern) => absentText(pattern.missing) === key);
    const figures = targets
      .map((name, t) => `${name} ${known?.rmse[t].toPrecision(3)} instead of ${errors?.complete[t].toPrecision(3)}`)
      .join(", ");
    const expected =
      known === undefined ? "" : `; ${errors?.part} RMSE without ${names.length > 1 ? "them" : "it"}: ${figures}`;
    const advice = trained
      ? ""
      : ". The model was trained without training.modalityDropout, which is made for such rows";
    return (
      `${rows} ${rows === 1 ? "row lacks" : "rows lack"} ${names.map((name) => `"${name}"`).join(", ")} and ` +
      `${rows === 1 ? "is" : "are"} predicted from the rest${expected}${advice}`
    );
  });
}
