import { mean } from "../../math/descriptive.js";
import { applyLocalPid, type LocalPidModel, type LocalRows } from "./local-pid.js";

/**
 * A pointwise decomposition of which no reading has a mean above H(Y) over the rows that it was fitted on: readings that do
 * are lowered by the same amount on every row, and the parts are differences of these, as in `cappedAtEntropy`.
 * @param rows that the model was fitted on
 * @param bits H(Y)
 */
export function cappedLocalModel(model: LocalPidModel, rows: LocalRows, bits: number): LocalPidModel {
  const { information, union, unique, redundancy } = applyLocalPid(model, rows);
  const lowered = <R extends { readonly constant: number }>(reading: R, value: number): R =>
    value > bits ? { ...reading, constant: reading.constant - (value - bits) } : reading;
  const { modalities, singles, joint, without, intersection } = model;
  const known = mean(union);
  return {
    ...model,
    joint: lowered(joint, mean(information.total)),
    singles: singles.map((reading, k) => lowered(reading, mean(information.byModality[modalities[k]]))),
    union: lowered(model.union, known),
    without: without.map((reading, k) => lowered(reading, known - mean(unique[modalities[k]]))),
    intersection: intersection && lowered(intersection, mean(redundancy)),
  };
}
