import { PredictiveScores } from "../../../evaluation/predictive-scores.js";
import { membersOf } from "../../../evaluation/row-groups.js";
import type { ScoreList } from "../../../evaluation/score-list.js";
import { mean, quantileOfSorted } from "../../../math/descriptive.js";
import type {
  Coverage,
  CoverageFifth,
  DistributionScores,
  EvaluatedIntervals,
  GroupIntervals,
  IntervalRequest,
  TargetIntervals,
} from "../../task-intervals.js";
import { RegressionIntervals } from "./predictive.js";

/** Levels at which coverage is told beside that of the config. */
const curveLevels = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];
/** Fewer rows show no share. */
const fewestFifthRows = 50;
const fewestUnitRows = 10;

/** Coverage that intervals from the calibration rows achieve on the test rows, overall and for kinds of rows. */
export function evaluateIntervals(request: IntervalRequest): EvaluatedIntervals {
  const { names, calibrated, level } = request;
  const parts = names.map((name, t) => [name, new TargetEvaluation(request, t)] as const);
  return {
    intervals: {
      coverage: level,
      group: calibrated.groups?.column ?? null,
      targets: Object.fromEntries(parts.map(([name, part]) => [name, part.intervals()])),
    },
    scores: Object.fromEntries(parts.map(([name, part]) => [name, part.scores()])),
  };
}

/** One target of the test rows. */
class TargetEvaluation {
  private readonly rows: readonly number[];
  private readonly at: RegressionIntervals;

  constructor(
    private readonly request: IntervalRequest,
    private readonly t: number,
  ) {
    const { test, names } = request;
    this.rows = Array.from({ length: test.truth.length / names.length }, (_, i) => i);
    this.at = this.made(request.level);
  }

  intervals(): TargetIntervals {
    const { test } = this.request;
    const { achieved, halfWidth } = this.coverage(this.rows);
    const units = test.units === undefined ? undefined : this.byUnit(test.units);
    const missing = this.byMissing();
    return {
      halfWidth,
      achieved,
      achievedPooled: this.coverage(this.rows, this.at, null).achieved,
      scale: this.scale(),
      ...this.groups(),
      curve: curveLevels.map((level) => ({ level, ...this.coverage(this.rows, this.made(level)) })),
      byPrediction: this.fifths(test.prediction),
      byTruth: this.fifths(test.truth),
      ...(units === undefined ? {} : { byUnit: units }),
      ...(missing === undefined ? {} : { byMissing: missing }),
    };
  }

  private scale(): TargetIntervals["scale"] {
    const { test, names, constant } = this.request;
    const own = Float64Array.from(this.rows, (i) => test.scale[i * names.length + this.t]).sort();
    const because = constant?.[this.t];
    return { least: own[0], most: own[own.length - 1], ...(because ? { constant: because } : {}) };
  }

  scores(): DistributionScores {
    const { request, t } = this;
    const made = new Map<ScoreList, PredictiveScores>();
    const bounds = request.bounds?.[t] ?? { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };
    const each = this.rows.map((i) => {
      const list = this.at.scores({ target: t, group: this.groupOf(i) });
      const key = this.keyOf(i, list);
      const scores = made.get(key) ?? new PredictiveScores(list);
      made.set(key, scores);
      const { prediction: centre, scale } = this.value(i);
      const row = { truth: this.truth(i), centre, scale, bounds };
      return { crps: scores.crps(row), logScore: scores.logScore(row) };
    });
    return { crps: mean(each.map(({ crps }) => crps)), logScore: mean(each.map(({ logScore }) => logScore)) };
  }

  /** Lists of absolute errors are mirrored anew for every row: their own list stands for them. */
  private keyOf(i: number, list: ScoreList): ScoreList {
    const { calibrated } = this.request;
    if (!calibrated.absolute) return list;
    const group = this.groupOf(i);
    const own = group === null || this.at.isPooled(group) ? undefined : calibrated.groups?.scores.get(group);
    return (own ?? calibrated.pooled)[this.t];
  }

  private made(level: number): RegressionIntervals {
    const { calibrated, bounds } = this.request;
    return new RegressionIntervals(calibrated, { level, ...(bounds === undefined ? {} : { bounds }) });
  }

  private truth(i: number): number {
    return this.request.test.truth[i * this.request.names.length + this.t];
  }

  private value(i: number, group: string | null = this.groupOf(i)) {
    const { test, names } = this.request;
    const at = i * names.length + this.t;
    return { target: this.t, prediction: test.prediction[at], scale: test.scale[at], group };
  }

  private groupOf(i: number): string | null {
    return this.request.test.groups?.[i] ?? null;
  }

  /** @param group that all rows are taken to be of; their own if left out */
  private coverage(rows: readonly number[], at = this.at, group?: null): Coverage {
    let inside = 0;
    let width = 0;
    for (const i of rows) {
      const { low, high } = at.ends(this.value(i, group === null ? null : this.groupOf(i)));
      inside += Number(low <= this.truth(i) && this.truth(i) <= high);
      width += high - low;
    }
    const half = width / rows.length / 2;
    return { rows: rows.length, achieved: inside / rows.length, halfWidth: Number.isFinite(half) ? half : null };
  }

  private groups(): Pick<TargetIntervals, "groups"> {
    const { calibrated, test } = this.request;
    if (calibrated.groups === null) return {};
    const members = membersOf(test.groups ?? []);
    const known = new Set([...calibrated.groups.scores.keys(), ...members.keys()]);
    const groups = [...known].map((name): [string, GroupIntervals] => {
      const rows = members.get(name) ?? [];
      const own = rows.length === 0 ? null : this.coverage(rows);
      return [
        name,
        {
          validationRows: calibrated.groups?.scores.get(name)?.[this.t].values.length ?? 0,
          testRows: rows.length,
          halfWidth: own?.halfWidth ?? null,
          pooled: this.at.isPooled(name),
          achieved: own?.achieved ?? null,
          achievedPooled: own === null ? null : this.coverage(rows, this.at, null).achieved,
        },
      ];
    });
    return { groups: Object.fromEntries(groups) };
  }

  /** Rows by fifths of their values; equal values are never parted, so that a count may have fewer than five. */
  private fifths(values: ArrayLike<number>): CoverageFifth[] {
    if (this.rows.length < fewestFifthRows) return [];
    const own = this.rows.map((i) => values[i * this.request.names.length + this.t]);
    const sorted = Float64Array.from(own).sort();
    const cuts = [...new Set([0.2, 0.4, 0.6, 0.8].map((share) => quantileOfSorted(sorted, share)))];
    return [Number.NEGATIVE_INFINITY, ...cuts].flatMap((above, k) => {
      const upTo = cuts[k] ?? Number.POSITIVE_INFINITY;
      const rows = this.rows.filter((i) => own[i] > above && own[i] <= upTo);
      if (rows.length === 0) return [];
      const inside = Float64Array.from(rows, (i) => own[i]).sort();
      return [{ from: inside[0], to: inside[inside.length - 1], ...this.coverage(rows) }];
    });
  }

  private byUnit(units: readonly string[]): TargetIntervals["byUnit"] {
    const large = [...membersOf(units)].filter(([, rows]) => rows.length >= fewestUnitRows);
    return large.length === 0
      ? undefined
      : Object.fromEntries(large.map(([name, rows]) => [name, this.coverage(rows)]));
  }

  private byMissing(): TargetIntervals["byMissing"] {
    const { missing } = this.request.test;
    if (missing === undefined || missing.every((names) => names.length === 0)) return undefined;
    // A separator that no name can hold: names come from one line of a header.
    const members = membersOf(missing.map((names) => names.join("\n")));
    return [...members].map(([key, rows]) => ({ missing: key === "" ? [] : key.split("\n"), ...this.coverage(rows) }));
  }
}
