import type { Engine } from "../engine/engine.js";
import type { RowGroups } from "../pid/estimate/row-groups.js";
import type { CrossFitFold } from "./cross-fit.js";
import { fitDensity } from "./density-fit.js";
import { type Block, foldRows } from "./features.js";
import { Mixtures } from "./mixtures.js";

/** What fits are run with. */
export interface FitContext {
  readonly engine: Engine;
  readonly groups: RowGroups | null;
  readonly signal?: AbortSignal | undefined;
  /** Called after each fit. */
  readonly fitted?: () => void;
}

/** Densities of a target given columns, by the model of one fold. */
export interface FoldConditional {
  readonly fold: CrossFitFold;
  /** Rows that they are known of: validation rows, then scored rows. */
  readonly rows: Int32Array;
  readonly linear: Mixtures;
  readonly density: Mixtures;
  /** Whether the network was better than the linear reading on the validation rows. */
  readonly improved: boolean;
}

/** Linear reading and density of each fold. @param label of the reading, for its random streams */
export async function conditionals(
  blocks: readonly Block[],
  target: Float64Array,
  folds: readonly CrossFitFold[],
  label: string,
  { engine, groups, signal, fitted }: FitContext,
): Promise<FoldConditional[]> {
  const out: FoldConditional[] = [];
  for (const fold of folds) {
    const given = foldRows(blocks, target, fold, groups);
    const rows = Int32Array.from([...fold.validation, ...fold.scored]);
    const { improved, mixtures } = await fitDensity(given, fold, rows, { engine, rng: fold.rng.split(label), signal });
    const means = Float64Array.from(rows, (r) => given.means[r]);
    out.push({ fold, rows, linear: Mixtures.normal(means, given.deviation), density: mixtures, improved });
    fitted?.();
  }
  return out;
}

/** Log densities of all rows by the models that did not see them, nats. */
export interface RowLogDensities {
  readonly linear: Float64Array;
  readonly density: Float64Array;
}

/** Log density of each scored row at its own target. */
export function ownLogDensities(found: readonly FoldConditional[], target: Float64Array): RowLogDensities {
  const linear = new Float64Array(target.length);
  const density = new Float64Array(target.length);
  for (const { fold, rows, ...by } of found) {
    for (let at = fold.validation.length; at < rows.length; at++) {
      const r = rows[at];
      linear[r] = by.linear.logDensity(at, target[r]);
      density[r] = by.density.logDensity(at, target[r]);
    }
  }
  return { linear, density };
}
