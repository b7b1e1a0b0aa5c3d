import { mean, quantileOfSorted, sorted, standardDeviation } from "../../math/descriptive.js";
import type { Dataset, Target } from "../dataset.js";
import { orderText, type RowOrder } from "../order/row-order.js";
import { indicatorTargets } from "../target/indicators.js";
import { effectiveGroups, rowsByGroup } from "./groups.js";
import { type PartName, partNames, type Split } from "./split.js";
import { placesOf } from "./time-split.js";

/** A target in one part, in its unit; `sd` is null with fewer than two rows. */
export interface TargetSummary {
  readonly mean: number;
  readonly sd: number | null;
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Groups of one part. */
export interface GroupSummary {
  /** Column that names them. */
  readonly column: string;
  readonly count: number;
  /** Groups of equal size that would tell as much. */
  readonly effective: number;
  readonly largest: { readonly name: string; readonly rows: number };
}

/** Where the rows of one part stand in the order of all. */
export interface OrderSummary {
  /** Column that says so. */
  readonly column: string;
  /** First and last value, as a reader knows them. */
  readonly from: string;
  readonly to: string;
  /** Runs of consecutive rows of the part, with rows of other parts between them; rows of one value are one. */
  readonly stretches: number;
}

/** What one part of a split holds. */
export interface PartSummary {
  readonly rows: number;
  /** Left out where rows have no groups. */
  readonly groups?: GroupSummary;
  /** Left out where rows have no order. */
  readonly order?: OrderSummary;
  readonly targets: Readonly<Record<string, TargetSummary>>;
}

/** data.json.parts; a part without rows is left out. */
export type PartsSummary = Readonly<Partial<Record<PartName, PartSummary>>>;

/** Names of parts as sentences and tables have them. */
export const partTitles = { train: "training", validation: "validation", test: "test" } as const;

/** Group of each row, and the column that says so. */
export interface NamedGroups {
  readonly column: string;
  readonly of: readonly string[];
}

/**
 * Rows, groups and targets of every part of a split; of classes their shares, the means of columns of 0 and 1.
 * @param groups of all rows, where rows have any
 */
export function summariseParts(
  { targets: given, ordering }: Pick<Dataset, "targets" | "ordering">,
  split: Pick<Split, PartName>,
  groups?: NamedGroups,
): PartsSummary {
  const targets = indicatorTargets(given);
  const parts = partNames.flatMap((part) => {
    const rows = split[part];
    return rows.length === 0 ? [] : [[part, summarisePart(targets, rows, groups)] as const];
  });
  if (ordering === undefined) return Object.fromEntries(parts);
  const orders = orderOfParts(ordering, split);
  return Object.fromEntries(parts.map(([part, summary]) => [part, { ...summary, order: orders[part] }]));
}

function orderOfParts(ordering: RowOrder, split: Pick<Split, PartName>): Record<PartName, OrderSummary> {
  const partOf = new Map(partNames.flatMap((part) => Array.from(split[part], (row) => [row, part] as const)));
  const places = placesOf(ordering, [...partOf.keys()]);
  const of = (part: PartName): OrderSummary => {
    const has = places.map(({ rows }) => rows.some((row) => partOf.get(row) === part));
    const value = (at: number) => orderText(ordering, places[at].value);
    return {
      column: ordering.column,
      from: value(Math.max(0, has.indexOf(true))),
      to: value(Math.max(0, has.lastIndexOf(true))),
      stretches: has.filter((own, i) => own && has[i - 1] !== true).length,
    };
  };
  return { train: of("train"), validation: of("validation"), test: of("test") };
}

function summarisePart(targets: readonly Target[], rows: Int32Array, groups: NamedGroups | undefined) {
  return {
    rows: rows.length,
    ...(groups === undefined ? {} : { groups: summariseGroups(groups, rows) }),
    targets: Object.fromEntries(
      targets.map(({ name, values }) => [name, summariseTarget(Float64Array.from(rows, (row) => values[row]))]),
    ),
  };
}

function summariseGroups({ column, of }: NamedGroups, rows: Int32Array): GroupSummary {
  const members = [...rowsByGroup(of, rows)].map(([name, own]) => ({ name, rows: own.length }));
  return {
    column,
    count: members.length,
    effective: effectiveGroups(members.map((group) => group.rows)),
    largest: members.reduce((most, group) => (group.rows > most.rows ? group : most)),
  };
}

function summariseTarget(values: Float64Array): TargetSummary {
  const ascending = sorted(values);
  return {
    mean: mean(values),
    sd: values.length < 2 ? null : standardDeviation(values),
    min: ascending[0],
    median: quantileOfSorted(ascending, 0.5),
    max: ascending[ascending.length - 1],
  };
}

/** `validation part: 90 rows of 6 groups of "site"; mean (sd) of age 24.1 (9.7)`, a sentence per part. */
export function partsSentences(parts: PartsSummary): string[] {
  return partNames.flatMap((name) => {
    const part = parts[name];
    if (part === undefined) return [];
    const groups = part.groups === undefined ? "" : ` of ${groupCount(part.groups)}`;
    const rows = `${part.rows} ${part.rows === 1 ? "row" : "rows"}`;
    const targets = Object.entries(part.targets).map(([target, { mean: centre, sd }]) => {
      return `${target} ${shortNumber(centre)} (${sd === null ? "-" : shortNumber(sd)})`;
    });
    const order = part.order === undefined ? "" : `, ${part.order.column} ${orderRange(part.order)}`;
    return [`${partTitles[name]} part: ${rows}${groups}${order}; mean (sd) of ${targets.join(", ")}`];
  });
}

/** `2016-01-11 to 2016-04-14`, with the number of stretches where there are several. */
export function orderRange({ from, to, stretches }: Omit<OrderSummary, "column">): string {
  return `${from} to ${to}${stretches === 1 ? "" : ` in ${stretches} stretches`}`;
}

/** `6 groups of "site"`. */
export function groupCount({ count, column }: Pick<GroupSummary, "count" | "column">): string {
  return `${count} ${count === 1 ? "group" : "groups"} of "${column}"`;
}

/** Three digits that count, as people write numbers: 7.93, 1560, 0.00123. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  return size >= 1000 && size < 1e7 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
