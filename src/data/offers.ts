import type { DataConfig } from "../config/data.js";
import type { Dataset, Target } from "./dataset.js";
import { missingMarks } from "./missing/missing-marks.js";
import { suggestedOrder } from "./order/suggest-order.js";
import { RowsByName } from "./split/suggest-group.js";
import type { PlannedColumn } from "./table/planned-columns.js";
import type { ReadColumns } from "./table/read-columns.js";
import type { TablePlan } from "./table/table-plan.js";

/**
 * What is said where rows look as if they depend on one another, and the config does not say so: they follow each other in
 * time, or a person has several.
 * @param tables what was read of each source of the plan
 * @param rows   by source, the row of its file that each row of the data set is
 */
export function offers(
  { missingValues }: Pick<DataConfig, "missingValues">,
  { orderCandidates = [], groupCandidate, sources }: TablePlan,
  tables: readonly ReadColumns[],
  rows: readonly Int32Array[],
  targets: readonly Target[],
): Pick<Dataset, "offeredOrder" | "offeredGroup"> {
  const marks = missingMarks(missingValues);
  const textsOf = ({ source, column }: PlannedColumn) => tables[source].texts.get(column) as readonly (string | null)[];
  const offeredOrder = suggestedOrder(
    orderCandidates.map((place) => ({
      ...{ label: sources[place.source].label, column: place.column },
      ...{ texts: textsOf(place), marks },
    })),
    orderCandidates.map(({ source }) => rows[source]),
    targets,
  );
  if (groupCandidate === undefined) return { offeredOrder };
  const names = textsOf(groupCandidate);
  const counted = new RowsByName();
  counted.add(Array.from(rows[groupCandidate.source], (row) => names[row]));
  const follows =
    "rows of one then stand in the training part and in the test part, errors come out smaller than they are for new ones, and " +
    "intervals too narrow. If that is so, name the column in data.group";
  return { offeredOrder, offeredGroup: counted.sentence(groupCandidate.column, follows) };
}
