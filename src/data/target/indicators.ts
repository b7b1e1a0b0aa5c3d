import { codedColumns } from "../categories/coding.js";
import type { Target } from "../dataset.js";

/**
 * Targets as numbers whose means can be compared: of classes a column of 0 and 1 for each, `diagnosis=AD`, of two the second
 * alone; numbers stay as they are.
 * @param withoutFirst without the first of several classes, which the others tell
 */
export function indicatorTargets(targets: readonly Target[], withoutFirst = false): readonly Target[] {
  return targets.flatMap((target) => {
    const { name, values, classes } = target;
    if (classes === undefined) return [target];
    const first = withoutFirst || classes.length === 2 ? 1 : 0;
    return codedColumns({ column: name, levels: classes }, withoutFirst).map((column, k) => ({
      name: column,
      values: values.map((value) => (Number.isNaN(value) ? value : Number(value === k + first))),
    }));
  });
}
