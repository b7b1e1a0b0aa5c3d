import { z } from "zod";

/** Phases that a training may go through. */
export const phaseName = z.enum(["pilot:plain", "pilot:periodic", "stage1", "stage2"]);
/** Why stage 1 ends: atoms and weights are stable, the network learns its training rows by heart, or it was its last epoch. */
export const stage1End = z.enum(["settled", "overfit", "limit"]);
const atoms = z.strictObject({
  unique: z.record(z.string(), z.number()),
  redundancy: z.number(),
  synergy: z.number(),
  partialRedundancy: z.number(),
});

/** Everything a run remembers beside its tensors; stored in the checkpoint as JSON, so no infinities. */
export const progressSchema = z.strictObject({
  phases: z.array(phaseName).min(1),
  /** Index of the phase in progress; equal to the number of phases when training is done. */
  phaseIndex: z.int().min(0),
  /** Epochs completed in this phase. */
  epoch: z.int().min(0),
  /** Steps taken in this phase, and in the whole run. */
  phaseSteps: z.int().min(0),
  totalSteps: z.int().min(0),
  /** Best validation loss of each pilot, by phase name. */
  pilots: z.record(z.string(), z.number()),
  /** Whether numeric features get periodic embeddings; null until the pilots decided. */
  periodic: z.boolean().nullable(),
  fusionWeights: z.array(z.number()),
  /** Modality that the paper's coin gave the redundancy; null where it is shared. */
  carrier: z.int().nullable(),
  stage1: z.strictObject({
    weightHistory: z.array(z.array(z.number())),
    /** Atoms before the epochs that count as stable. */
    anchor: atoms.nullable(),
    /** Weights that these atoms ask for. */
    anchorWeights: z.array(z.number()).nullable().default(null),
    stableEpochs: z.int().min(0),
    epochs: z.int().min(0),
    converged: z.boolean(),
    /** Whether weights are equal for want of information: the side of the switch. */
    uninformative: z.boolean(),
    /** Epochs in a row that could not tell the total from 0. */
    silentEpochs: z.int().min(0).default(0),
    /** Why it ended; left out before its end, and by versions that did not record it. */
    ended: stage1End.optional(),
    /** How often it was turned after the first epoch. */
    switches: z.int().min(0).default(0),
  }),
  best: z.strictObject({ loss: z.number(), epoch: z.int().min(0) }).nullable(),
  plateau: z.strictObject({ scale: z.number(), best: z.number().nullable(), waited: z.int().min(0) }),
});

export type PhaseName = z.infer<typeof phaseName>;
export type Progress = z.infer<typeof progressSchema>;
export type StoredAtoms = z.infer<typeof atoms>;
