import { misspelled } from "../data/join/key-spelling.js";
import { conformalHalfWidth, sortedAbsoluteResiduals } from "./conformal.js";

/** Ascending absolute errors on validation rows per target, user's units: of all rows, and of the rows of each group. */
export interface CalibrationErrors {
  readonly pooled: readonly (readonly number[])[];
  /** Null when intervals have no groups. */
  readonly groups: {
    /** Column that the group of a row is read from. */
    readonly column: string;
    /** Per value of the column its rows' errors, [targets][rows]. */
    readonly errors: ReadonlyMap<string, readonly (readonly number[])[]>;
  } | null;
}

/** Group of each row; null where it is not known. */
export type RowGroups = readonly (string | null)[];

/** Rows of a part with their predictions, row-major [rows, targets]. */
export interface PredictedRows {
  readonly truth: ArrayLike<number>;
  readonly prediction: ArrayLike<number>;
  /** Absent when intervals have no groups. */
  readonly groups?: RowGroups;
}

/** The errors that intervals are made of. @param column name of the column of groups, if there are groups */
export function calibrationErrors(targets: number, rows: PredictedRows, column?: string): CalibrationErrors {
  const count = rows.truth.length / targets;
  const all = Array.from({ length: count }, (_, i) => i);
  const errorsOf = (chosen: readonly number[]) =>
    Array.from({ length: targets }, (_, t) =>
      sortedAbsoluteResiduals(
        chosen.map((i) => rows.truth[i * targets + t]),
        chosen.map((i) => rows.prediction[i * targets + t]),
      ),
    );
  const { groups } = rows;
  if (groups === undefined || column === undefined) return { pooled: errorsOf(all), groups: null };
  const errors = new Map([...membersOf(groups)].map(([name, chosen]) => [name, errorsOf(chosen)]));
  return { pooled: errorsOf(all), groups: { column, errors } };
}

/** Rows of each group, groups in alphabetical order; rows of no group are in none. */
export function membersOf(groups: RowGroups): Map<string, number[]> {
  const members = new Map<string, number[]>();
  groups.forEach((name, i) => {
    if (name === null) return;
    const known = members.get(name);
    if (known === undefined) members.set(name, [i]);
    else known.push(i);
  });
  return new Map([...members].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true })));
}

/** Half widths of prediction intervals at one level. */
export class HalfWidths {
  /** Per target, from all validation rows; Infinity when they are too few for the level. */
  readonly pooled: readonly number[];
  private readonly own = new Map<string, readonly number[]>();
  private readonly tooFew: { readonly name: string; readonly rows: number }[] = [];

  /**
   * A group has widths of its own when it has enough validation rows for the level, ceil((n + 1) level) <= n: then rows
   * of that group fall inside with probability at least `level`, on average over the group's rows (Mondrian conformal
   * prediction, Vovk et al. 2005). Otherwise, and for groups that no validation row has, the pooled width holds.
   * @throws InputError for a level outside (0, 1)
   */
  constructor(
    private readonly errors: CalibrationErrors,
    readonly level: number,
  ) {
    this.pooled = errors.pooled.map((list) => conformalHalfWidth(list, level));
    for (const [name, lists] of errors.groups?.errors ?? []) {
      const widths = lists.map((list) => conformalHalfWidth(list, level));
      if (widths.every(Number.isFinite)) this.own.set(name, widths);
      else this.tooFew.push({ name, rows: lists[0].length });
    }
  }

  /** Whether rows of the group get the pooled width. */
  isPooled(group: string | null): boolean {
    return group === null || !this.own.has(group);
  }

  /** Half widths per target of a row. */
  of(group: string | null): readonly number[] {
    return (group === null ? undefined : this.own.get(group)) ?? this.pooled;
  }

  /** Which groups share the pooled width, in words. @param seen groups of the rows to predict */
  messages(seen?: RowGroups): string[] {
    const { groups } = this.errors;
    if (groups === null) return [];
    const present = seen === undefined ? null : new Set(seen);
    const few = this.tooFew.filter(({ name }) => present === null || present.has(name));
    const unknown = [...(present ?? [])].filter((name) => name === null || !groups.errors.has(name));
    const intervals = `intervals of coverage ${this.level}`;
    return [
      ...(few.length === 0
        ? []
        : [
            `${intervals}: too few validation rows of "${groups.column}" ${listed(few.map(({ name, rows }) => `${name} (${rows})`))}; ` +
              "they share the width of all rows",
          ]),
      ...(unknown.length === 0
        ? []
        : [
            `${intervals}: no validation row has "${groups.column}" ${listed(unknown.map((name) => name ?? "empty"))}; ` +
              `such rows get the width of all rows${misspelled(
                unknown.flatMap((name) => name ?? []),
                [...groups.errors.keys()],
                "the validation part",
              )}`,
          ]),
    ];
  }
}

/** metrics.json.intervals of one target. */
export interface TargetIntervals {
  /** User's units; null when there are too few validation rows for the coverage. */
  readonly halfWidth: number | null;
  /** Share of test rows inside their interval. */
  readonly achieved: number;
  /** Share of test rows inside the interval of pooled width; differs from `achieved` with groups only. */
  readonly achievedPooled: number;
  readonly groups?: Readonly<Record<string, GroupIntervals>>;
}

/** The rows of one group. */
export interface GroupIntervals {
  readonly validationRows: number;
  readonly testRows: number;
  readonly halfWidth: number | null;
  /** Whether the width is that of all rows. */
  readonly pooled: boolean;
  /** Shares of the group's test rows inside; null without test rows. */
  readonly achieved: number | null;
  readonly achievedPooled: number | null;
}

/** metrics.json.intervals */
export interface IntervalEvaluation {
  readonly coverage: number;
  /** Column of the groups; null when all rows share one width. */
  readonly group: string | null;
  readonly targets: Readonly<Record<string, TargetIntervals>>;
}

/** Coverage that intervals from the validation rows achieve on the test rows, overall and per group. */
export function evaluateIntervals(
  names: readonly string[],
  errors: CalibrationErrors,
  level: number,
  test: PredictedRows,
): IntervalEvaluation {
  const widths = new HalfWidths(errors, level);
  const targets = names.map((name, t) => [name, targetIntervals(errors, widths, test, t)] as const);
  return { coverage: level, group: errors.groups?.column ?? null, targets: Object.fromEntries(targets) };
}

function targetIntervals(
  errors: CalibrationErrors,
  widths: HalfWidths,
  test: PredictedRows,
  t: number,
): TargetIntervals {
  const targets = errors.pooled.length;
  const rows = Array.from({ length: test.truth.length / targets }, (_, i) => i);
  const groupOf = (i: number) => test.groups?.[i] ?? null;
  const errorOf = (i: number) => Math.abs(test.truth[i * targets + t] - test.prediction[i * targets + t]);
  const share = (chosen: readonly number[], width: (i: number) => number) =>
    chosen.filter((i) => errorOf(i) <= width(i)).length / chosen.length;
  const own = (i: number) => widths.of(groupOf(i))[t];
  const pooled = () => widths.pooled[t];
  const overall = {
    halfWidth: finiteOrNull(widths.pooled[t]),
    achieved: share(rows, own),
    achievedPooled: share(rows, pooled),
  };
  if (errors.groups === null) return overall;
  const members = membersOf(test.groups ?? []);
  const known = new Set([...errors.groups.errors.keys(), ...members.keys()]);
  const groups = [...known].map((name): [string, GroupIntervals] => {
    const inside = members.get(name) ?? [];
    const some = inside.length > 0;
    return [
      name,
      {
        validationRows: errors.groups?.errors.get(name)?.[t].length ?? 0,
        testRows: inside.length,
        halfWidth: finiteOrNull(widths.of(name)[t]),
        pooled: widths.isPooled(name),
        achieved: some ? share(inside, own) : null,
        achievedPooled: some ? share(inside, pooled) : null,
      },
    ];
  });
  return { ...overall, groups: Object.fromEntries(groups) };
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
