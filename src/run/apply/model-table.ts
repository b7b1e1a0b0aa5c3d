import type { AskedConfound, ConfoundRemoval } from "../../data/confounds/confounds.js";
import type { ExternalOptions } from "../../data/external-table.js";
import { trainingRanges } from "../../data/prepare/training-ranges.js";
import type { ExtraColumn } from "../../data/table/table-plan.js";
import { tablesAmong } from "../../modalities/prepare.js";
import type { StoredModel } from "../../record/stored-model.js";
import { takesAbsentModalities } from "../absence.js";
import { extraColumns } from "../extra-columns.js";
import type { PredictTableOptions } from "./predict-options.js";

/** How another table is loaded for a model: what it reads beside the features, and what is known of their values. */
export function modelTable(
  { config, preprocessor, coding, confounds }: StoredModel,
  { targets, dialect, group }: Pick<PredictTableOptions, "targets" | "dialect" | "group">,
): ExternalOptions {
  return {
    ...{ targets, absentModalities: takesAbsentModalities(config), dialect },
    kind: coding.classes === undefined ? "number" : "class",
    extras: [...extraColumns(config, true), ...groupColumn(config.data.group, group)],
    ranges: rangesOf(preprocessor, confounds),
    confounds: confounds === null ? [] : knownConfounds(confounds),
  };
}

/** @param asked the column that is wanted; null for that of the model */
function groupColumn(own: string | undefined, asked: string | null | undefined): ExtraColumn[] {
  if (asked === undefined) return [];
  const column = asked ?? own;
  if (column === undefined) return [];
  return [{ key: asked === null ? "data.group" : "--group", column, kind: "text", optional: asked === null }];
}

/** Where columns of the file lay in training; what is left of a column without its confounds lies elsewhere. */
function rangesOf(preprocessor: StoredModel["preprocessor"], confounds: StoredModel["confounds"]) {
  const freed = confounds?.modalities.map(({ name }) => name) ?? [];
  const { modalities } = tablesAmong(preprocessor);
  return trainingRanges({ modalities: modalities.filter(({ name }) => !freed.includes(name)) });
}

/** The confounds of a model as its tables hold them. */
function knownConfounds({ numbers, categories }: ConfoundRemoval): AskedConfound[] {
  return [
    ...numbers.map((column) => ({ column, kind: "number" as const })),
    ...categories.map(({ column }) => ({ column, kind: "category" as const })),
  ];
}
