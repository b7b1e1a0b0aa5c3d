import { InputError } from "../../errors.js";
import { mean, standardDeviation } from "../../math/descriptive.js";
import { fitInverseNormal, type InverseNormalState, InverseNormalTransform } from "../../math/inverse-normal.js";
import type { Target } from "../dataset.js";

export type TargetTransformKind = "standardize" | "inverse-normal";

/** Stored form of one target's transform; plain JSON. `min`, `max`: training range in the user's units. */
export type TargetColumnState =
  | { readonly name: string; readonly min: number; readonly max: number; readonly mean: number; readonly scale: number }
  | { readonly name: string; readonly min: number; readonly max: number; readonly normal: InverseNormalState };

/** Stored form of a target transform; plain JSON. */
export interface TargetTransformState {
  readonly kind: TargetTransformKind;
  readonly targets: readonly TargetColumnState[];
}

/** Map of one target between the user's units and the scale of the prediction loss. */
export interface TargetColumn {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  toModel(value: number): number;
  /** Without clipping to the training range. */
  toRaw(modelValue: number): number;
  readonly state: TargetColumnState;
}

/** Maps targets to the scale of the prediction loss and back; fitted on the training part. */
export class TargetTransform {
  readonly columns: readonly TargetColumn[];

  constructor(
    readonly kind: TargetTransformKind,
    states: readonly TargetColumnState[],
  ) {
    this.columns = states.map(columnOf);
  }

  get names(): string[] {
    return this.columns.map((column) => column.name);
  }

  /** Target values per target ([rows] each) -> row-major [rows, targets] on the model's scale. */
  toModel(values: readonly ArrayLike<number>[]): Float32Array {
    return Float32Array.from(this.onScale(values));
  }

  /** The same in float64. */
  onScale(values: readonly ArrayLike<number>[]): Float64Array {
    return interleave(
      values,
      this.columns.map((column) => column.toModel),
    );
  }

  /**
   * Predictions row-major [rows, targets] on the model's scale -> row-major [rows, targets] in the user's units.
   * @param clip limit predictions to the training range (default): a network extrapolates without bound
   */
  toRaw(predictions: ArrayLike<number>, clip = true): Float64Array {
    const width = this.columns.length;
    return Float64Array.from({ length: predictions.length }, (_, i) => {
      const column = this.columns[i % width];
      const value = column.toRaw(predictions[i]);
      return clip ? Math.max(column.min, Math.min(column.max, value)) : value;
    });
  }

  /** Values in the user's units, row-major [rows, targets] -> row-major [rows, targets] on the model's scale. */
  rowsToModel(values: ArrayLike<number>): Float32Array {
    const width = this.columns.length;
    return Float32Array.from({ length: values.length }, (_, i) => this.columns[i % width].toModel(values[i]));
  }

  toJSON(): TargetTransformState {
    return { kind: this.kind, targets: this.columns.map((column) => column.state) };
  }
}

/**
 * Fits the transform of every target on training values.
 * @param targets name and training values of each target, finite
 * @throws InputError for a target that is constant or not finite in the training part
 */
export function fitTargetTransform(targets: readonly Target[], kind: TargetTransformKind): TargetTransform {
  return new TargetTransform(
    kind,
    targets.map(({ name, values }) => fitTarget(name, values, kind)),
  );
}

/** The given rows of every target. */
export function takeTargets(targets: readonly Target[], rows: ArrayLike<number>): Target[] {
  return targets.map((target) => ({ ...target, values: Float64Array.from(rows, (row) => target.values[row]) }));
}

function fitTarget(name: string, values: Float64Array, kind: TargetTransformKind): TargetColumnState {
  const where = `target "${name}" in the training part`;
  if (values.length === 0) throw new InputError(`${where}: has no rows.`);
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) throw new InputError(`${where}: expected finite numbers, got ${value}.`);
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  if (min === max) throw new InputError(`${where}: is ${min} in every row; there is nothing to predict.`);
  if (kind === "inverse-normal") return { name, min, max, normal: fitInverseNormal(values).toJSON() };
  const scale = standardDeviation(values);
  if (!Number.isFinite(scale) || scale === 0) {
    throw new InputError(`${where}: its spread (${min} to ${max}) cannot be standardised; express it in another unit.`);
  }
  return { name, min, max, mean: mean(values), scale };
}

function columnOf(state: TargetColumnState): TargetColumn {
  const { name, min, max } = state;
  if ("normal" in state) {
    const normal = InverseNormalTransform.fromJSON(state.normal);
    return { name, min, max, state, toModel: (y) => normal.forward(y), toRaw: (z) => normal.inverse(z) };
  }
  const { mean, scale } = state;
  return { name, min, max, state, toModel: (y) => (y - mean) / scale, toRaw: (z) => z * scale + mean };
}

function interleave(values: readonly ArrayLike<number>[], maps: readonly ((value: number) => number)[]): Float64Array {
  const width = values.length;
  if (width !== maps.length) throw new InputError(`expected values of ${maps.length} targets, got ${width}.`);
  const rows = values[0].length;
  const out = new Float64Array(rows * width);
  values.forEach((column, k) => {
    for (let i = 0; i < rows; i++) out[i * width + k] = maps[k](column[i]);
  });
  return out;
}
