import type { Dataset } from "../../data/dataset.js";
import { refuseNaN } from "../../files/json.js";
import { cappedAtEntropy } from "../../pid/estimate/entropy-cap.js";
import { entropyOfTies } from "../../pid/estimate/target-entropy.js";
import type { LocalPid } from "../../pid/pointwise/local-pid.js";
import { ClassAtomReader } from "../../record/class-reader.js";
import type { StoredModel } from "../../record/model-folder.js";
import type { StoredPid } from "../../record/pid-schemas.js";
import { latentShape } from "../../training/atoms/atoms.js";
import { logProbabilities } from "../../training/atoms/classes/class-atoms.js";
import type { ClassLatents } from "../../training/atoms/classes/class-readouts.js";
import type { LatentValues } from "../../training/atoms/readouts.js";
import { completePositions, onlyComplete, pickLatents, pickRows } from "../complete-rows.js";

/** A table as a model sees it. */
export interface SeenTable {
  readonly stored: StoredModel;
  readonly dataset: Dataset;
  readonly latents: LatentValues;
  /** Names of the modalities that each row lacks. */
  readonly missing: readonly (readonly string[])[];
  /** What the rows come from, for errors. */
  readonly where: string;
}

/** Sample-level atoms, NaN for rows that lack a modality; the target must be known in every row. */
export function localAtomsOf({ stored, dataset, latents, missing }: SeenTable): LocalPid {
  const { atomReader } = stored;
  const shape = latentShape(stored);
  const local =
    atomReader instanceof ClassAtomReader
      ? atomReader.read(classLatents(stored, dataset, latents), shape, logProbabilities(stored.coding.decode))
      : atomReader.read(latents, gaussianTarget(stored, dataset), shape);
  return onlyComplete(local, missing);
}

/** Atoms of the rows that have every modality; the target must be known in every row. */
export function decompositionOf(table: SeenTable): StoredPid {
  const { stored, dataset, missing, where } = table;
  const { atomReader } = stored;
  const complete = completePositions(missing);
  const { group } = dataset;
  const groups = group && Array.from(complete, (row) => group[row]);
  const shape = latentShape(stored);
  const latents = pickLatents(table.latents, complete);
  if (atomReader instanceof ClassAtomReader) {
    const { classes = [] } = stored.coding;
    const rows = classLatents(stored, dataset, latents, complete);
    const found = atomReader.decompose(rows, shape, logProbabilities(stored.coding.decode), { classes, groups });
    refuseNaN(found, `${where}: the decomposition`);
    return found;
  }
  const target = pickRows(gaussianTarget(stored, dataset), dataset.rows, complete);
  const pid = atomReader.decompose(latents, target, shape, groups);
  refuseNaN(pid, `${where}: the decomposition`);
  const truth = dataset.targets.map(({ values }) => Float64Array.from(complete, (row) => values[row]));
  const found = pid.influentialRows ?? null;
  const ids = found?.rows.map((position) => dataset.rowIds[complete[Number(position)]]) ?? [];
  const named = { ...pid, influentialRows: found === null ? null : { ...found, rows: ids } };
  return cappedAtEntropy(named, entropyOfTies(truth));
}

/** Gaussian view of the targets, row-major [rows, outputs]; NaN of a target that the table lacks. */
export function gaussianTarget({ coding }: StoredModel, dataset: Dataset): Float64Array {
  const unknown = new Float64Array(dataset.rows).fill(Number.NaN);
  const values = coding.names.map((name) => dataset.targets.find((target) => target.name === name)?.values ?? unknown);
  return coding.gaussianView.ofValues(values);
}

/** Latents and outputs with the class of each row. @param rows their rows of the data set; all if left out */
function classLatents(
  { coding }: StoredModel,
  dataset: Dataset,
  { latents, predictions, predictionsAlone, rows: count }: LatentValues,
  rows?: readonly number[],
): ClassLatents {
  const values = dataset.targets.find(({ name }) => name === coding.names[0])?.values;
  const at = rows ?? Array.from({ length: count }, (_, i) => i);
  return {
    ...{ latents, rows: count },
    outputs: predictions[0],
    outputsAlone: predictionsAlone.map(([outputs]) => outputs),
    labels: Float64Array.from(at, (row) => values?.[row] ?? Number.NaN),
  };
}
