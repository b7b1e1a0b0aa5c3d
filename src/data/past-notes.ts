import type { DataConfig } from "../config/data.js";
import { pastColumns } from "./table/needed-columns.js";
import type { TablePlan } from "./table/table-plan.js";

/** What is to be known of a model that reads what its targets were before, a sentence for each of its modalities that does. */
export function pastNotes({ split }: DataConfig, { beside, targets }: TablePlan): string[] {
  const inOrder = split.by === "time" && split.blocks === 1;
  const mixed = inOrder
    ? ""
    : "; as rows are dealt out, windows of training rows hold targets of test rows, and with data.split: { by: time, blocks: 1 } they do not";
  return pastColumns(beside).flatMap(({ modality, source, column }) =>
    targets.some((target) => target?.source === source && target.column === column)
      ? [
          `windows of "${modality}" hold what the target "${column}" was before: errors and atoms are those of rows where that is known, and ` +
            `tables to predict need it${mixed}`,
        ]
      : [],
  );
}
