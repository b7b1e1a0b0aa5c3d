import { membersOf } from "../../../evaluation/row-groups.js";
import { type ScoreList, scoreList } from "../../../evaluation/score-list.js";
import type { CalibratedIntervals, CalibrationRows } from "../../task-intervals.js";

/**
 * Errors of calibration rows over the scale of their row, all of them and those of each group. Rows of one `unit` share
 * its mass. @param column name of the column of groups, if there are groups
 */
export function calibrateIntervals(targets: number, rows: CalibrationRows, column?: string): CalibratedIntervals {
  const { truth, scale, groups } = rows;
  const given = rows.crossed ?? rows.prediction;
  const all = Array.from({ length: truth.length / targets }, (_, i) => i);
  const scored = (chosen: readonly number[], labels: readonly string[] | undefined): ScoreList[] =>
    Array.from({ length: targets }, (_, t) =>
      scoreList({
        scores: chosen.map((i) => (truth[i * targets + t] - given[i * targets + t]) / scale[i * targets + t]),
        ...(labels === undefined ? {} : { units: chosen.map((i) => labels[i]) }),
      }),
    );
  const pooled = scored(all, rows.units);
  if (groups === undefined || column === undefined) return { absolute: false, pooled, groups: null };
  const members = membersOf(groups);
  const known = all.filter((i) => groups[i] !== null);
  const labels = groups.map((name) => name ?? "");
  return {
    absolute: false,
    pooled,
    groups: {
      column,
      scores: new Map([...members].map(([name, chosen]) => [name, scored(chosen, rows.units)])),
      unseen: known.length === 0 ? null : scored(known, labels),
    },
  };
}
