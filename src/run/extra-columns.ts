import type { Config } from "../config/schema.js";
import { harmoniseColumns } from "../data/harmonise/apply.js";
import type { ExtraColumn } from "../data/table/table-plan.js";

/**
 * Columns that a run reads beside features and targets: sites to harmonise and what is preserved there, groups of the
 * prediction intervals.
 * @param external for a table that a trained model reads: it may lack the groups, whose rows then get the pooled width
 */
export function extraColumns(
  { data, evaluation }: Pick<Config, "data" | "evaluation">,
  external: boolean,
): ExtraColumn[] {
  const { group } = evaluation.intervals;
  const groups: ExtraColumn[] =
    group === undefined ? [] : [{ key: "evaluation.intervals.group", column: group, kind: "text", optional: external }];
  return [...harmoniseColumns(data), ...groups];
}
