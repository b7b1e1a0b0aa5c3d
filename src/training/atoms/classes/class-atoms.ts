import { RunError } from "../../../errors.js";
import { classPid } from "../../../pid/discrete/class-pid.js";
import { singleClassPid } from "../../../pid/discrete/class-single.js";
import type { ClassReading } from "../../../pid/discrete/class-types.js";
import type { LocalEstimates } from "../../../pid/estimate/estimate-types.js";
import type { LocalPid } from "../../../pid/pointwise/local-pid.js";
import type { PidResult } from "../../../pid/types.js";
import { completeRows, type TrainingData } from "../../data.js";
import { checkFiniteLatents } from "../../divergence.js";
import { predictFromEachAlone } from "../../step/inference.js";
import { type AtomsRequest, latentShape, minAtomRows } from "../atoms.js";
import { type ClassPools, type HeldClasses, poolClasses } from "./class-posteriors.js";
import {
  type ClassEvidence,
  type ClassLatents,
  type ClassReadouts,
  classEvidence,
  fitClassReadouts,
} from "./class-readouts.js";

/** Atoms about classes from held-out rows, with what produced them. */
export interface ClassAtoms {
  readonly pid: PidResult;
  /** Entropy, cells and certificate; null of one modality, which is not divided. */
  readonly reading: ClassReading | null;
  readonly notes: readonly string[];
  readonly readouts: ClassReadouts;
  readonly pools: ClassPools;
  /** Sample-level atoms of the rows, where they were asked for. */
  readonly local: LocalPid | null;
}

/** How much is worked out: of an epoch that only steers fusion weights less than of what is reported. */
export interface ClassDetail {
  readonly details: boolean;
  readonly seed: number;
}

/** The classes of a table that has any. @throws RangeError for a target of numbers */
export function classesOf({ classes }: Pick<TrainingData, "classes">): readonly string[] {
  if (classes === undefined) throw new RangeError("the target is of numbers, and has no classes");
  return classes;
}

/** Atoms of held-out rows that have every modality; readouts fitted on training rows. @throws RunError for too few rows */
export async function heldoutClassAtoms(request: AtomsRequest, detail: ClassDetail): Promise<ClassAtoms> {
  const { learner, data } = request;
  const train = await classLatents(request, completeRows(data, request.readoutRows ?? data.trainRows));
  const candidates = fitClassReadouts(train, latentShape(learner), classesOf(data).length);
  return classAtomsOf(request, candidates, request.heldout, detail);
}

/** Atoms of rows that took no part in fitting the readouts. @param candidates readouts of which these rows choose */
export async function classAtomsOf(
  request: Omit<AtomsRequest, "heldout">,
  candidates: readonly ClassReadouts[],
  wanted: Int32Array,
  detail: ClassDetail,
): Promise<ClassAtoms> {
  const { data, learner } = request;
  const rows = completeRows(data, wanted);
  if (rows.length < minAtomRows) {
    throw new RunError(
      `atoms need at least ${minAtomRows} held-out rows that have every modality, the part has ${rows.length}; ` +
        "enlarge data.split.validation or data.split.test",
    );
  }
  const table = await classLatents(request, rows);
  const names = data.modalities.map(({ name }) => name);
  const { groups } = data;
  const held = {
    ...{ names, classes: classesOf(data), labels: Int32Array.from(table.labels) },
    groups: groups && Array.from(rows, (row) => groups[row]),
  };
  const logitsOf = logProbabilities(data.toRaw);
  const evidence = candidates.map((readouts) => classEvidence(readouts, table, latentShape(learner), logitsOf));
  const { choice, ...divided } = divideClasses(evidence, held, detail);
  return { readouts: candidates[choice], ...divided };
}

/** Posteriors of held-out rows and how what they show divides. @param candidates evidence of which these rows choose */
export function divideClasses(
  candidates: readonly ClassEvidence[],
  held: HeldClasses,
  { details, seed }: ClassDetail,
): Omit<ClassAtoms, "readouts"> & { readonly choice: number } {
  const { choice, pools, posteriors } = poolClasses(candidates, held);
  if (held.names.length === 1) {
    const { local, ...pid } = singleClassPid({ ...posteriors, byModality: [posteriors.joint] });
    return { pid, reading: null, notes: [], choice, pools, local: details ? singleLocal(held.names[0], local) : null };
  }
  const found = classPid(posteriors, { seed, local: details, quick: !details });
  const { unit, measure, modalities, information, atoms, union, standardErrors, intervals, contrasts, n, rank } = found;
  const { condBits, residual, flags, notes, classes, local } = found;
  return {
    pid: {
      ...{ unit, measure, modalities, information, atoms, union, standardErrors, intervals, contrasts, n, rank },
      ...{ condBits, residual, flags },
    },
    ...{ reading: classes ?? null, notes, choice, pools },
    local: local === undefined ? null : localPid(local),
  };
}

function singleLocal(name: string, local: Float64Array): LocalPid {
  const none = local.map(() => 0);
  return {
    n: local.length,
    information: { total: local, byModality: { [name]: local } },
    ...{ unique: { [name]: local }, redundancy: none, synergy: none, partialRedundancy: none, union: local },
  };
}

function localPid({ information, unique, redundancy, synergy, partialRedundancy }: LocalEstimates): LocalPid {
  const union = redundancy.map((r, i) =>
    Object.values(unique).reduce((sum, own) => sum + own[i], r + partialRedundancy[i]),
  );
  return { n: redundancy.length, information, unique, redundancy, synergy, partialRedundancy, union };
}

/** Logarithms of the probabilities that outputs stand for. */
export function logProbabilities(
  decode: (outputs: Float32Array) => Float64Array,
): (outputs: Float32Array) => Float64Array {
  return (outputs) => decode(outputs).map((p) => Math.log(Math.max(p, 1e-300)));
}

/** Latents, outputs and classes of rows. @throws RunError when a latent is not finite */
async function classLatents(
  { learner, data, fusionWeights: weights, where = "the end of training" }: Omit<AtomsRequest, "heldout">,
  rows: Int32Array,
): Promise<ClassLatents> {
  const request = { inputs: data.modalities, rows, weights };
  const whole = await learner.inference.run(request);
  const { latents, prediction } = whole;
  const names = data.modalities.map(({ name }) => name);
  checkFiniteLatents(latents, names, learner.model.architecture.latentDim, where);
  const outputsAlone = await predictFromEachAlone(learner.inference, request, whole);
  const labels = Float64Array.from(rows, (row) => data.rawTarget[row]);
  return { latents, outputs: prediction, outputsAlone, labels, rows: rows.length };
}
