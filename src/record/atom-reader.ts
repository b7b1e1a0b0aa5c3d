import { InputError } from "../errors.js";
import type { LinearMap } from "../models/baselines/linear-map.js";
import { pidFromResiduals, posteriorModelOf, type ResidualRows } from "../pid/estimate/residuals.js";
import type { TargetEntropy } from "../pid/estimate/target-entropy.js";
import { cappedLocalModel } from "../pid/pointwise/cap-local.js";
import { applyLocalPid, fitLocalPid, type LocalPid, type LocalPidModel } from "../pid/pointwise/local-pid.js";
import type { PidResult } from "../pid/types.js";
import type { HeldoutAtoms } from "../training/atoms/atoms.js";
import { influentialHeldout } from "../training/atoms/influence.js";
import {
  applyCalibration,
  applyReadouts,
  calibrate,
  type LatentShape,
  type LatentValues,
  type ReadoutCalibration,
  type Readouts,
  residualsOf,
} from "../training/atoms/readouts.js";
import { type StoredMap, type StoredReader, storedReader } from "./stored-reader.js";
import { checkReader, type StoredShapes } from "./stored-shapes.js";

/**
 * Sample-level atoms of rows by their own decomposition: of each row the residual that it left when it took no part in the
 * calibration. Their means over the rows are the atoms, before these were moved so that none is below 0 and no part exceeds
 * the whole.
 * @param held decomposition of the rows, in whose order the atoms come
 * @param entropy of a target with ties, which no mean of an information is above
 */
export function ownLocalAtoms(
  names: readonly string[],
  held: HeldoutAtoms,
  targets: number,
  entropy: TargetEntropy | null,
): LocalPid {
  const { residuals, target } = held;
  const rows = { residuals: residuals.byModality, jointResiduals: residuals.joint, target };
  return applyLocalPid(localModel({ ...rows, names, targets }, entropy), rows);
}

function localModel(rows: ResidualRows, entropy: TargetEntropy | null): LocalPidModel {
  const model = fitLocalPid(posteriorModelOf(rows));
  return entropy === null ? model : cappedLocalModel(model, rows, entropy.bits);
}

/**
 * Reads sample-level atoms of further rows off latents and Gaussian views of targets: readouts as calibrated on the
 * held-out rows, and the pointwise decomposition that was fitted on them.
 */
export class AtomReader {
  private constructor(
    private readonly readouts: Readouts,
    private readonly calibration: ReadoutCalibration,
    private readonly local: LocalPidModel,
  ) {}

  /** @param entropy of a target with ties, which no mean of an information over the held-out rows is above */
  static fit(
    names: readonly string[],
    held: HeldoutAtoms,
    targets: number,
    entropy: TargetEntropy | null = null,
  ): AtomReader {
    const { readouts, calibration, residuals, target } = held;
    const rows = { names, targets, target, residuals: residuals.byModality, jointResiduals: residuals.joint };
    return new AtomReader(readouts, calibration, localModel(rows, entropy));
  }

  static fromState(state: StoredReader): AtomReader {
    const maps = ({ byModality, joint }: StoredReader["readouts"]) => ({
      byModality: byModality.map(toMap),
      joint: toMap(joint),
    });
    return new AtomReader(maps(state.readouts), maps(state.calibration), state.local);
  }

  /**
   * Sample-level atoms in bits, one value per row; negative where a modality misleads.
   * @param target Gaussian view of the target, row-major [rows, dm]
   */
  read(table: LatentValues, target: Float64Array, shape: LatentShape): LocalPid {
    const values = applyCalibration(this.calibration, applyReadouts(this.readouts, table, shape), table.rows);
    const { byModality, joint } = residualsOf(values, target);
    return applyLocalPid(this.local, { target, residuals: byModality, jointResiduals: joint });
  }

  /**
   * Atoms of further rows, with the readouts as they are and a recalibration of their own.
   * @param groups labels of the rows' groups, where the table has them
   */
  decompose(table: LatentValues, target: Float64Array, shape: LatentShape, groups?: readonly string[]): PidResult {
    const { rows } = table;
    const targets = target.length / rows;
    const values = applyReadouts(this.readouts, table, shape);
    const { residuals } = calibrate(values, target, rows);
    const { modalities: names } = this.local;
    const left = { names, targets, target, residuals: residuals.byModality, jointResiduals: residuals.joint, groups };
    const { anyOrder: _, ...pid } = pidFromResiduals(left);
    return { ...pid, influentialRows: influentialHeldout({ names, values, target, residuals, pid, groups }, targets) };
  }

  toJSON(): StoredReader {
    const maps = ({ byModality, joint }: Readouts) => ({ byModality: byModality.map(fromMap), joint: fromMap(joint) });
    return { readouts: maps(this.readouts), calibration: maps(this.calibration), local: this.local };
  }
}

/**
 * An atom reader from parsed JSON, every number and size checked.
 * @throws InputError naming the first fault
 */
export function atomReaderFromJSON(
  stored: unknown,
  shapes: Pick<StoredShapes, "architecture" | "terms">,
  where: string,
): AtomReader {
  const parsed = storedReader.safeParse(stored);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InputError(`${where}.${issue.path.join(".")}: ${issue.message}`);
  }
  checkReader(parsed.data, shapes, where);
  return AtomReader.fromState(parsed.data);
}

function toMap({ weights, intercept }: StoredMap): LinearMap {
  return { weights: Float64Array.from(weights), intercept: Float64Array.from(intercept) };
}

function fromMap({ weights, intercept }: LinearMap): StoredMap {
  return { weights: [...weights], intercept: [...intercept] };
}
