import type { Dataset } from "../data/dataset.js";
import type { RunWarning } from "../record/run-schemas.js";
import { coded } from "./warnings.js";

/** The code of what offers `data.order`. */
export const offersOrder = "order-not-given";

/** Modalities of which the column of the order is a feature. */
export function orderedFeatures({ ordering, modalities }: Pick<Dataset, "ordering" | "modalities">): RunWarning[] {
  if (ordering === undefined) return [];
  const { column } = ordering;
  const texts = modalities
    .filter(({ columns, dated = [] }) => columns.includes(column) || dated.some((date) => date.column === column))
    .map(
      ({ name }) =>
        `data.order: "${column}" is a feature of modality "${name}" too: where test rows stand between training rows, a network ` +
        `that reads the time only has to fill gaps. Leave it out of the modality (exclude: ["${column}"]) unless it is known ` +
        "what time tells of new rows",
    );
  return coded("order-as-feature", texts);
}
