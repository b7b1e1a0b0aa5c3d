import type { Moments } from "../covariance/moments.js";
import { leftOut } from "./few-group-errors.js";
import { GroupGains } from "./group-gains.js";
import { GroupRows } from "./group-rows.js";
import type { SampleSystem } from "./in-sample.js";
import { type GroupSizes, groupSizes, groupsToLeaveOut } from "./row-groups.js";

/** What errors by groups of rows need of the rows: sums that those of shards add up to. */
export interface GroupTotals {
  /** By label: rows, and sums of their products of residuals. */
  readonly sums: ReadonlyMap<string, GroupSum>;
  /** Gains of groups whose rows are all here, flat [sets, target columns] (`GroupGains`). */
  readonly gains: Float64Array;
  /** Gains of rows as if each was a group of its own. */
  readonly single: Float64Array;
  /** Rows of groups that are not all here, whose gains are not among them. */
  readonly open: ReadonlyMap<string, GroupRows>;
  /** Rows of groups that are all here and that are left out one after the other, where groups are few. */
  readonly kept: ReadonlyMap<string, GroupRows>;
}

export interface GroupSum {
  readonly rows: number;
  /** In the order of `ResidualFeatures`. */
  readonly features: Float64Array;
}

/** Sizes of groups by their rows, in the order of the labels. */
export function sizesOf(labels: ReadonlyMap<string, number>): GroupSizes {
  return groupSizes(Int32Array.from(labels.values()));
}

/** Labels of the groups that are left out, one after the other; none where groups are many. */
export function labelsLeftOut(labels: ReadonlyMap<string, number>): Set<string> {
  const sizes = sizesOf(labels);
  if (sizes.effective >= groupsToLeaveOut) return new Set();
  const names = [...labels.keys()];
  return new Set(leftOut(sizes).map((g) => names[g]));
}

/** Gathers them from the rows of one shard. The rows of a group are kept until the last of them was seen. */
export class GatheredGroups {
  private readonly sums = new Map<string, { rows: number; features: Float64Array }>();
  private readonly open = new Map<string, GroupRows>();
  private readonly kept = new Map<string, GroupRows>();
  private readonly needed: ReadonlySet<string>;
  private readonly gains: GroupGains;
  private readonly whole: Float64Array;
  private readonly single: Float64Array;

  /** @param labels of all groups of the table, with their rows */
  constructor(
    fitted: SampleSystem,
    private readonly moments: Moments,
    private readonly labels: ReadonlyMap<string, number>,
  ) {
    this.gains = new GroupGains(fitted, moments.n);
    this.needed = labelsLeftOut(labels);
    this.whole = new Float64Array(this.gains.size);
    this.single = new Float64Array(this.gains.size);
  }

  /**
   * @param columns  targets first, each [rows], gaps filled
   * @param labels   [rows]
   * @param features their products of residuals, [features][rows]
   */
  add(columns: readonly Float64Array[], labels: readonly string[], features: Float64Array): void {
    const { mean } = this.moments;
    const deviations = columns.map((column, j) => column.map((value) => value - mean[j]));
    addTo(this.single, this.gains.ofSingleRows(deviations));
    const rows = labels.length;
    for (const [r, label] of labels.entries()) {
      this.addFeatures(label, features, r, rows);
      this.addRow(
        label,
        Float64Array.from(deviations, (column) => column[r]),
      );
    }
  }

  total(): GroupTotals {
    return { sums: this.sums, gains: this.whole, single: this.single, open: this.open, kept: this.kept };
  }

  private addFeatures(label: string, features: Float64Array, row: number, rows: number): void {
    const size = features.length / rows;
    const sum = this.sums.get(label) ?? { rows: 0, features: new Float64Array(size) };
    this.sums.set(label, sum);
    sum.rows++;
    for (let f = 0; f < size; f++) sum.features[f] += features[f * rows + row];
  }

  private addRow(label: string, deviation: Float64Array): void {
    const group = this.open.get(label) ?? new GroupRows(deviation.length);
    group.add(deviation);
    if (group.rows !== this.labels.get(label)) {
      this.open.set(label, group);
      return;
    }
    this.open.delete(label);
    addTo(this.whole, this.gains.ofGroup(group));
    if (this.needed.has(label)) this.kept.set(label, group);
  }
}

/** Totals of two shards together. */
export function mergeGroupTotals(a: GroupTotals, b: GroupTotals): GroupTotals {
  const sums = new Map(a.sums);
  for (const [label, { rows, features }] of b.sums) {
    const there = sums.get(label);
    const sum = { rows: rows + (there?.rows ?? 0), features: features.slice() };
    if (there !== undefined) addTo(sum.features, there.features);
    sums.set(label, sum);
  }
  const open = new Map(a.open);
  for (const [label, group] of b.open) {
    const both = new GroupRows(group.columns);
    for (const part of [a.open.get(label), group]) if (part !== undefined) both.merge(part);
    open.set(label, both);
  }
  const together = (x: Float64Array, y: Float64Array) => x.map((value, i) => value + y[i]);
  return {
    ...{ sums, gains: together(a.gains, b.gains), single: together(a.single, b.single) },
    ...{ open, kept: new Map([...a.kept, ...b.kept]) },
  };
}

function addTo(sum: Float64Array, more: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += more[i];
}
