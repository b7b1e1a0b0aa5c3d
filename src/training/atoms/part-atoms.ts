import type { PidResult } from "../../pid/types.js";
import { completeRows } from "../data.js";
import {
  type AtomsRequest,
  estimateAtoms,
  type HeldoutAtoms,
  heldoutAtoms,
  heldoutPid,
  heldoutTable,
  latentShape,
} from "./atoms.js";
import { type ClassAtoms, classAtomsOf, heldoutClassAtoms } from "./classes/class-atoms.js";

/** Atoms of the rows of one part, as the task counts information. */
export type PartAtoms = { readonly gaussian: HeldoutAtoms } | { readonly classes: ClassAtoms };

/** Seed of what is drawn for the atoms of classes: cells and bootstrap samples. */
const seed = 1;

/** Atoms measured on held-out rows; readouts are fitted on the training rows. */
export async function measureHeldout(request: AtomsRequest): Promise<PartAtoms> {
  if (request.data.classes === undefined) return { gaussian: await heldoutAtoms(request) };
  return { classes: await heldoutClassAtoms(request, { details: true, seed }) };
}

/**
 * Atoms that steer the fusion weights after an epoch: of numbers by `source`; of classes from posteriors of held-out rows, divided
 * by the union information of their cells, without what only reports need.
 */
export async function steeringAtoms(request: Parameters<typeof estimateAtoms>[0]): Promise<PidResult> {
  if (request.data.classes === undefined) return estimateAtoms(request);
  return (await heldoutClassAtoms(request, { details: false, seed })).pid;
}

/** Atoms of other rows, with the readouts as they were fitted. */
export async function measureAgain(
  request: Omit<AtomsRequest, "heldout">,
  held: PartAtoms,
  rows: Int32Array,
): Promise<PartAtoms> {
  if ("classes" in held)
    return { classes: await classAtomsOf(request, [held.classes.readouts], rows, { details: true, seed }) };
  const { learner, data } = request;
  const complete = completeRows(data, rows);
  const table = await heldoutTable(request, complete);
  return { gaussian: heldoutPid(request, held.gaussian.readouts, table, latentShape(learner), complete) };
}

export function pidOf(part: PartAtoms): PidResult {
  return "classes" in part ? part.classes.pid : part.gaussian.pid;
}
