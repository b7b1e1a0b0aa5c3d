import type { DataConfig } from "../config/data.js";
import { type PastColumn, pastColumns } from "./table/needed-columns.js";
import type { TablePlan } from "./table/table-plan.js";

/** What is to be known of a model that reads what its targets were before, a sentence for each of its modalities that does. */
export function pastNotes(plan: TablePlan): string[] {
  return pastTargets(plan).map(
    ({ modality, column }) =>
      `windows of "${modality}" hold what the target "${column}" was before: errors and atoms are those of rows where that is known, and ` +
      "tables to predict need it",
  );
}

/** What is said where such windows are dealt out so that those of training rows hold targets of other parts. */
export function mixedPast({ split }: DataConfig, plan: TablePlan): string | undefined {
  const [past] = pastTargets(plan);
  const inOrder = split.by === "file" || split.by === "column" || (split.by === "time" && (split.blocks ?? 1) === 1);
  if (past === undefined || inOrder) return undefined;
  return (
    `windows of "${past.modality}" hold what the target "${past.column}" was before, and rows are dealt out in no order: windows of training ` +
    "rows hold targets of validation and test rows. With data.split: { by: time }, in one block, they do not"
  );
}

function pastTargets({ beside, targets }: TablePlan): PastColumn[] {
  return pastColumns(beside).filter(({ source, column }) =>
    targets.some((target) => target?.source === source && target.column === column),
  );
}
