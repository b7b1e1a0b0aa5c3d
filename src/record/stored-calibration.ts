import { z } from "zod";
import { columnNameSchema } from "../config/column-name.js";
import { InputError } from "../errors.js";
import { type BiasLine, leastSlope } from "../evaluation/bias-correction.js";
import type { ScoreList } from "../evaluation/score-list.js";
import type { CalibratedIntervals } from "../tasks/task-intervals.js";

/** What held-out rows say about predictions; stored with the model. */
export interface PredictionCalibration {
  /** What prediction intervals are made of; null of a task that has none. */
  readonly intervals: CalibratedIntervals | null;
  /** What prediction sets are made of; left out by a task of numbers. */
  readonly sets?: ScoreList;
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

const scores = z.strictObject({
  values: z.array(z.number()).min(1),
  masses: z.array(z.number().gt(0).lt(1)).optional(),
});
const scoreLists = z.array(scores).min(1);

const errorList = z.array(z.number().min(0)).min(1);

/**
 * The keys of model.json that hold a calibration. Models of runs without groups and correction may lack some; those of
 * versions before `intervals` hold absolute errors instead.
 */
export const calibrationKeys = {
  intervals: z
    .strictObject({
      scores: scoreLists,
      groups: z
        .strictObject({
          column: columnNameSchema,
          values: z.array(z.strictObject({ name: z.string(), scores: scoreLists })),
          unseen: scoreLists.nullable(),
        })
        .nullable(),
    })
    .nullable()
    .optional(),
  sets: scores.optional(),
  absoluteErrors: errorLists.optional(),
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

/** A calibration as plain JSON; one of absolute errors stays one. */
export function calibrationToJSON({ intervals, sets, biasLines, absence }: PredictionCalibration) {
  return {
    ...(intervals?.absolute ? absoluteToJSON(intervals) : { intervals: intervals && scoresToJSON(intervals) }),
    ...(sets === undefined ? {} : { sets }),
    biasLines: biasLines === null ? null : biasLines.map((line) => line ?? null),
    absence: absence && absenceToJSON(absence),
  };
}

function scoresToJSON({ pooled, groups }: CalibratedIntervals) {
  return {
    scores: pooled,
    groups: groups && {
      column: groups.column,
      values: [...groups.scores].map(([name, scores]) => ({ name, scores })),
      unseen: groups.unseen,
    },
  };
}

function absoluteToJSON({ pooled, groups }: CalibratedIntervals) {
  const values = (lists: readonly ScoreList[]) => lists.map((list) => list.values);
  return {
    absoluteErrors: values(pooled),
    groupErrors: groups && {
      column: groups.column,
      groups: [...groups.scores].map(([name, lists]) => ({ name, errors: values(lists) })),
    },
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
  const { biasLines, absence, sets } = stored;
  if (biasLines !== null && biasLines.length !== targets) {
    throw new InputError(`${file}: biasLines: expected ${targets} lines, found ${biasLines.length}`);
  }
  return {
    ...(absence === undefined ? {} : { absence: absenceFromJSON(absence, targets, `${file}: absence`) }),
    intervals: intervalsFromJSON(stored, targets, file),
    ...(sets === undefined ? {} : { sets: checkedList("sets", sets, file) }),
    biasLines: biasLines === null ? null : biasLines.map((line) => line ?? undefined),
  };
}

function intervalsFromJSON(stored: StoredCalibration, targets: number, file: string): CalibratedIntervals | null {
  const { intervals, absoluteErrors, groupErrors } = stored;
  const check = (part: string, lists: readonly ScoreList[]): readonly ScoreList[] => {
    if (lists.length !== targets) {
      throw new InputError(`${file}: ${part}: expected ${targets} lists, found ${lists.length}`);
    }
    return lists.map((list) => checkedList(part, list, file));
  };
  if (intervals === null) return null;
  if (intervals !== undefined) {
    const { scores, groups } = intervals;
    return {
      absolute: false,
      pooled: check("intervals: scores", scores),
      groups: groups && {
        column: groups.column,
        scores: new Map(groups.values.map(({ name, scores }) => [name, check(`intervals: ${name}`, scores)])),
        unseen: groups.unseen && check("intervals: unseen", groups.unseen),
      },
    };
  }
  if (absoluteErrors === undefined)
    throw new InputError(`${file}: intervals: expected the errors that they are made of`);
  const lists = (part: string, errors: readonly (readonly number[])[]) =>
    check(
      part,
      errors.map((values) => ({ values })),
    );
  return {
    absolute: true,
    pooled: lists("absoluteErrors", absoluteErrors),
    groups: groupErrors && {
      column: groupErrors.column,
      scores: new Map(groupErrors.groups.map(({ name, errors }) => [name, lists(`groupErrors: ${name}`, errors)])),
      unseen: null,
    },
  };
}

/** @throws InputError for a list that is not ascending, or whose masses are none */
function checkedList(part: string, list: ScoreList, file: string): ScoreList {
  const { values, masses } = list;
  if (!values.every((value, i) => i === 0 || value >= values[i - 1])) {
    throw new InputError(`${file}: ${part}: expected ascending lists`);
  }
  if (masses !== undefined && !(masses.length === values.length && sum(masses) < 1)) {
    throw new InputError(`${file}: ${part}: expected as many masses as values, of a sum below 1`);
  }
  return list;
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

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
