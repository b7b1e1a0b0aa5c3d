import type { Config } from "../../config/schema.js";
import type { Dataset, SavedSplit } from "../../data/dataset.js";
import { restoreSplit, type Split } from "../../data/split/split.js";
import { partsByTime } from "../../data/split/time-parts.js";
import { InputError } from "../../errors.js";
import { drawnAmong } from "../repeats.js";

/**
 * Splits of the rows that a config trains and validates on: no row of its test part is in any of them. They are dealt by the shares of
 * `data.split`, whole groups kept; of rows in time (`data.split.by: time`) there is one, its latest rows decide.
 * @param outer the split whose test part stays untouched
 * @param prefix of their names
 * @throws InputError where the rows are too few to be split once more
 */
export function innerSplits(
  dataset: Dataset,
  outer: Pick<Split, "train" | "validation">,
  config: Config,
  { count, prefix }: { readonly count: number; readonly prefix: string },
): Record<string, Split> {
  const among = [...outer.train, ...outer.validation].sort((a, b) => a - b);
  if (config.data.split.by === "time") return { [`${prefix}inner`]: timed(dataset, among, config) };
  const names = Array.from({ length: count }, (_, i) => `inner-${i + 1}`);
  return Object.fromEntries(
    names.map((name) => [`${prefix}${name}`, drawnAmong(dataset, among, config, `tune/${prefix}${name}`)]),
  );
}

/** Whether rows can be dealt in several ways. */
export function dealtAnew({ data }: Pick<Config, "data">): boolean {
  return data.split.by !== "time";
}

function timed(dataset: Dataset, among: readonly number[], { data }: Config): Split {
  const { ordering, group } = dataset;
  if (ordering === undefined) throw new InputError("data.split.by: time needs data.order, the column of the order");
  const pick = (values: Float64Array) => Float64Array.from(among, (row) => values[row]);
  const rowIds = among.map((row) => dataset.rowIds[row]);
  const { split } = partsByTime(
    {
      ...{ rowIds, group: group && among.map((row) => group[row]) },
      ordering: { ...ordering, values: pick(ordering.values), ends: ordering.ends && pick(ordering.ends) },
    },
    data.split,
  );
  return restoreSplit(dataset, { ...split, leftOut: notIn(dataset, split) });
}

/** Row ids that are in no part. */
export function notIn({ rowIds }: Pick<Dataset, "rowIds">, { train, validation, test }: SavedSplit): string[] {
  const dealt = new Set([...train, ...validation, ...test]);
  return rowIds.filter((id) => !dealt.has(id));
}
