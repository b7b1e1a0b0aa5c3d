import { influentialResiduals, withoutRows } from "../../pid/estimate/influential-rows.js";
import { pidFromResiduals } from "../../pid/estimate/residuals.js";
import type { InfluentialRows, PidResult } from "../../pid/types.js";
import { calibrate, type JointValues, type ReadoutValues } from "./readouts.js";

/** A decomposition of held-out rows with what it was made of. */
export interface MeasuredAtoms {
  readonly names: readonly string[];
  /** What the readouts predict, before they were recalibrated on these rows. */
  readonly values: ReadoutValues;
  /** Gaussian view of the target, row-major [rows, dm]. */
  readonly target: Float64Array;
  readonly residuals: JointValues;
  readonly pid: PidResult;
  /** Labels of the rows' groups, where they have any. */
  readonly groups?: readonly string[];
}

/**
 * The held-out rows that the atoms rest on. Without them the readouts are recalibrated too: a row that carries the atoms
 * carries the calibration, and with it the residuals of all others.
 */
export function influentialHeldout(
  { names, values, target, residuals, pid, groups }: MeasuredAtoms,
  targets: number,
): InfluentialRows | null {
  const rows = target.length / targets;
  const left = { names, targets, target, residuals: residuals.byModality, jointResiduals: residuals.joint };
  return influentialResiduals(left, pid, (out) => {
    const left = new Set(out);
    const rest = (table: Float64Array) => withoutRows(table, out, targets);
    const others: ReadoutValues = {
      byModality: values.byModality.map(rest),
      joint: rest(values.joint),
      network: values.network.map(rest),
      networkAlone: values.networkAlone.map((alone) => alone.map(rest)),
    };
    const y = rest(target);
    const again = calibrate(others, y, rows - out.length).residuals;
    return pidFromResiduals({
      ...{ names, targets, target: y },
      residuals: again.byModality,
      jointResiduals: again.joint,
      groups: groups?.filter((_, row) => !left.has(row)),
    });
  });
}
