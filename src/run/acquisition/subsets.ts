import { type PreparedRows, rowCount } from "../../data/rows.js";
import type { HeadInputs, HeadRows } from "../../evaluation/row-head.js";
import { headRows } from "../../training/row-head/head-rows.js";
import type { Inference } from "../../training/step/inference.js";
import { finitePredictions, type PredictedRows } from "../finite-predictions.js";

/** A trained network, and rows that it can be shown subsets of. */
export interface SubsetRequest {
  readonly inference: Inference;
  readonly weights: readonly number[];
  /** Outputs of the network -> predictions as the user reads them. */
  readonly decode: (outputs: Float32Array) => Float64Array;
  readonly inputs: readonly PreparedRows[];
  /** Rows that have every modality, by their place in the table. */
  readonly rows: Int32Array;
  readonly named: PredictedRows;
}

/** Rows as they are read when only some of their modalities are at hand. */
export interface SubsetReading {
  /** Row-major [rows, columns], as the user reads them. */
  readonly prediction: Float64Array;
  /** What a head beside the network reads of them. */
  readonly read: (kind: HeadInputs) => Promise<HeadRows>;
}

/** The inputs as they were if every row had the modalities of a subset and no other. @param subset bit m stands for input m */
export function subsetInputs<T extends PreparedRows>(inputs: readonly T[], subset: number): T[] {
  return inputs.map((input, m) => ((subset >> m) & 1 ? input : { ...input, present: new Uint8Array(rowCount(input)) }));
}

/** Predicts rows from a subset of their modalities. @param subset at least one of them @throws RunError as `finitePredictions` */
export async function readSubset(request: SubsetRequest, subset: number): Promise<SubsetReading> {
  const { inference, weights, decode, rows, named } = request;
  const inputs = subsetInputs(request.inputs, subset);
  const run = await inference.run({ inputs, rows, weights, neighbours: false });
  return {
    prediction: decode(finitePredictions(run.prediction, named, rows, " without a modality")),
    read: (kind) => headRows(kind, { ...run, inputs, rows, absentModalities: true }),
  };
}
