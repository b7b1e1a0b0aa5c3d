import { z } from "zod";
import { columnNameSchema } from "../config/column-name.js";
import { InputError } from "../errors.js";
import { type BiasLine, leastSlope } from "../evaluation/bias-correction.js";
import type { CalibrationErrors } from "../evaluation/group-intervals.js";

/** What held-out rows say about predictions; stored with the model. */
export interface PredictionCalibration {
  /** What prediction intervals are made of. */
  readonly errors: CalibrationErrors;
  /** Per target the line of the bias correction, undefined where it was refused; null when no correction is asked for. */
  readonly biasLines: readonly (BiasLine | undefined)[] | null;
  /** Errors without modalities; left out where rows cannot lack any. */
  readonly absence?: AbsenceErrors;
}

/** What a model does without modalities, as it is stored beside it: the error of the task per target on held-out rows. */
export interface AbsenceErrors {
  /** Key of that error among the metrics. */
  readonly error: string;
  /** The rows they were measured on: those of the test part, or of the validation part where no test row is complete. */
  readonly part: "validation" | "test";
  readonly complete: readonly number[];
  readonly removed: readonly { readonly missing: readonly string[]; readonly errors: readonly number[] }[];
}

const errorLists = z.array(z.array(z.number().min(0)).min(1)).min(1);

const errorList = z.array(z.number().min(0)).min(1);

/** The keys of model.json that hold a calibration. Models of runs without groups and correction may lack the last two. */
export const calibrationKeys = {
  absoluteErrors: errorLists,
  groupErrors: z
    .strictObject({
      column: columnNameSchema,
      groups: z.array(z.strictObject({ name: z.string(), errors: errorLists })),
    })
    .nullable()
    .default(null),
  biasLines: z
    .array(z.strictObject({ slope: z.number().min(leastSlope), intercept: z.number() }).nullable())
    .nullable()
    .default(null),
  absence: z
    .strictObject({
      // Versions that did not write it named the test part.
      part: z.enum(["validation", "test"]).default("test"),
      complete: errorList,
      removed: z.array(z.object({ missing: z.array(z.string()).min(1) }).catchall(errorList)),
    })
    .optional(),
};

type StoredCalibration = z.infer<z.ZodObject<typeof calibrationKeys>>;

/** A calibration as plain JSON. */
export function calibrationToJSON({ errors, biasLines, absence }: PredictionCalibration) {
  const { pooled, groups } = errors;
  return {
    absoluteErrors: pooled,
    groupErrors: groups && {
      column: groups.column,
      groups: [...groups.errors].map(([name, lists]) => ({ name, errors: lists })),
    },
    biasLines: biasLines === null ? null : biasLines.map((line) => line ?? null),
    absence: absence && absenceToJSON(absence),
  };
}

/** The errors bear the key that they have among the metrics. */
function absenceToJSON({ part, complete, error, removed }: AbsenceErrors) {
  return { part, complete, removed: removed.map(({ missing, errors }) => ({ missing, [error]: errors })) };
}

/**
 * A calibration from the checked keys of a model.json.
 * @throws InputError when its lists are not ascending or not one per target
 */
export function calibrationFromJSON(stored: StoredCalibration, targets: number, file: string): PredictionCalibration {
  const { absoluteErrors, groupErrors, biasLines, absence } = stored;
  const check = (part: string, lists: readonly (readonly number[])[]) => {
    if (lists.length !== targets) {
      throw new InputError(`${file}: ${part}: expected ${targets} lists, found ${lists.length}`);
    }
    const ascending = lists.every((list) => list.every((value, i) => i === 0 || value >= list[i - 1]));
    if (!ascending) throw new InputError(`${file}: ${part}: expected ascending lists`);
  };
  check("absoluteErrors", absoluteErrors);
  for (const { name, errors } of groupErrors?.groups ?? []) check(`groupErrors: ${name}`, errors);
  if (biasLines !== null && biasLines.length !== targets) {
    throw new InputError(`${file}: biasLines: expected ${targets} lines, found ${biasLines.length}`);
  }
  return {
    ...(absence === undefined ? {} : { absence: absenceFromJSON(absence, targets, `${file}: absence`) }),
    errors: {
      pooled: absoluteErrors,
      groups: groupErrors && {
        column: groupErrors.column,
        errors: new Map(groupErrors.groups.map(({ name, errors }) => [name, errors])),
      },
    },
    biasLines: biasLines === null ? null : biasLines.map((line) => line ?? undefined),
  };
}

function absenceFromJSON(
  { part, complete, removed }: NonNullable<StoredCalibration["absence"]>,
  targets: number,
  where: string,
): AbsenceErrors {
  const keys = new Set(removed.flatMap((pattern) => Object.keys(pattern).filter((key) => key !== "missing")));
  const [error = "none"] = keys;
  const patterns = removed.map(({ missing, [error]: errors }) => ({ missing, errors: errors as number[] | undefined }));
  const named = keys.size <= 1 && patterns.every(({ errors }) => errors !== undefined);
  if (!named) throw new InputError(`${where}: expected one list of errors per pattern, by the same name`);
  const known = patterns as AbsenceErrors["removed"];
  if ([complete, ...known.map(({ errors }) => errors)].some((list) => list.length !== targets)) {
    throw new InputError(`${where}: expected ${targets} errors per pattern`);
  }
  return { part, complete, error, removed: known };
}
