import type { PreparedRows } from "../../data/rows.js";
import { nextOf } from "../../evaluation/acquisition/policy.js";
import { type AcquisitionValue, bitsOfDrop, expectedLosses, valueOutputs } from "../../evaluation/acquisition/value.js";
import type { HeadInputs, HeadRows } from "../../evaluation/row-head.js";
import type { Cell } from "../../files/csv.js";
import type { StoredModel } from "../../record/stored-model.js";
import { headRows } from "../../training/row-head/head-rows.js";
import type { Inference } from "../../training/step/inference.js";

/** A model that knows what modalities may be expected to bring. */
export interface ValuedModel {
  readonly stored: StoredModel;
  readonly value: AcquisitionValue;
}

/** What is expected of the modalities that each row lacks, in the order of the model; null for one that is there. */
export interface NextModalities {
  readonly modalities: readonly string[];
  /** Per row the modality of the largest expected drop per cost; null where it has all, or none is expected to lower it. */
  readonly best: readonly (string | null)[];
  /** Expected drop of the loss (squared error; of classes log loss in nats), per row and modality. */
  readonly drops: readonly (readonly (number | null)[])[];
  readonly bits: readonly (readonly (number | null)[])[];
}

/**
 * What each row of a table may be expected to gain from each modality that it lacks.
 * @param inputs as the network reads them
 * @param read   what the head of the value reads of the rows
 */
export async function expectedNext(
  { stored, value }: ValuedModel,
  inputs: readonly PreparedRows[],
  rows: number,
  costs: readonly number[],
  read: (kind: HeadInputs) => Promise<HeadRows>,
): Promise<NextModalities> {
  const outputs = value.head === null ? null : valueOutputs(value, await read(value.head.inputs));
  const classes = stored.coding.classes?.length ?? null;
  const each = Array.from({ length: rows }, (_, row) => expectedLosses(value, subsetOf(inputs, row), outputs, row));
  return {
    modalities: value.modalities,
    best: each.map((expected) => {
      const next = nextOf(expected, costs);
      return next === null || next.gain === 0 ? null : value.modalities[next.modality];
    }),
    drops: each.map(({ atHand, after }) => after.map((loss) => (loss === null ? null : atHand - loss))),
    bits: each.map(({ atHand, after }) =>
      after.map((loss) => (loss === null ? null : bitsOfDrop(atHand, loss, classes))),
    ),
  };
}

/** What a head reads of rows that a model is shown. */
export async function readByHead(
  inference: Inference,
  stored: StoredModel,
  inputs: readonly PreparedRows[],
  count: number,
  kind: HeadInputs,
): Promise<HeadRows> {
  const rows = Int32Array.from({ length: count }, (_, i) => i);
  const run = await inference.run({ inputs, rows, weights: stored.fusionWeights, neighbours: false });
  return headRows(kind, { ...run, inputs, rows, absentModalities: true });
}

/** Subset of the modalities that a row has. */
function subsetOf(inputs: readonly PreparedRows[], row: number): number {
  return inputs.reduce((subset, { present }, m) => (present?.[row] === 0 ? subset : subset | (1 << m)), 0);
}

/** Columns of a table of predictions: `next`, then per modality bits and drop of the squared error, each also for every unit of cost. */
export function nextColumns(
  { modalities, best, drops, bits }: NextModalities,
  costs: readonly number[],
  classes: boolean,
): { readonly name: string; readonly at: (row: number) => Cell }[] {
  const perCost = (value: number | null, m: number) => (value === null || costs[m] === 0 ? null : value / costs[m]);
  return [
    { name: "next", at: (row) => best[row] ?? "" },
    ...modalities.flatMap((name, m) => [
      { name: `next.${name}.bits`, at: (row: number) => bits[row][m] },
      { name: `next.${name}.bitsPerCost`, at: (row: number) => perCost(bits[row][m], m) },
      ...(classes
        ? []
        : [
            { name: `next.${name}.squaredError`, at: (row: number) => drops[row][m] },
            { name: `next.${name}.squaredErrorPerCost`, at: (row: number) => perCost(drops[row][m], m) },
          ]),
    ]),
  ];
}
