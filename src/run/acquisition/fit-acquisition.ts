import type { Config } from "../../config/schema.js";
import { type AcquisitionValue, mostAcquired } from "../../evaluation/acquisition/value.js";
import type { HeadInputs, HeadRows } from "../../evaluation/row-head.js";
import { takeTrueValues } from "../../training/data.js";
import { fitValue } from "../../training/row-head/fit-value.js";
import { headInputs, stackedRows } from "../../training/row-head/head-rows.js";
import { absentNames, takesAbsentModalities } from "../absence.js";
import { completePositions } from "../complete-rows.js";
import { drawn } from "../drawn-rows.js";
import type { TrainedRun } from "../trained-run.js";
import { readSubset, type SubsetReading } from "./subsets.js";

/** Rows times subsets that the values are fitted to at most. */
const mostRows = 20_000;

/** Whether a run learns what modalities bring a row: it is made for rows that lack some, has few enough of them and one target. */
export function learnsValues(config: Pick<Config, "training" | "data">): boolean {
  const modalities = Object.keys(config.data.modalities).length;
  const targets = Array.isArray(config.data.target) ? config.data.target.length : 1;
  return takesAbsentModalities(config) && modalities >= 2 && modalities <= mostAcquired && targets === 1;
}

/**
 * Fits what each modality that a row lacks may be expected to bring, on validation rows that have every modality, which the network
 * was not fitted to: each is predicted from every subset of its modalities.
 * @returns null where the run does not learn it
 */
export async function fitAcquisition(run: TrainedRun): Promise<AcquisitionValue | null> {
  const { config, prepared, trained, engine, signal } = run;
  if (!learnsValues(config)) return null;
  const rng = run.rng.split("acquisition");
  const { training, dataset, split, coding, task } = prepared;
  const subsets = 2 ** training.modalities.length;
  const held = completePositions(absentNames(prepared.inputs, split.validation));
  const all = Int32Array.from(held, (i) => split.validation[i]);
  const rows = drawn(all, Math.floor(mostRows / subsets), rng.split("rows"));
  const truth = takeTrueValues(training, rows);
  const known = coding.asPredictions(takeTrueValues(training, split.train));
  const columns = known.length / split.train.length;
  const constant = task.baselines.constant.fit(known, columns);
  const request = {
    ...{ inference: trained.learner.inference, weights: trained.fusionWeights, decode: training.toRaw },
    ...{ inputs: training.modalities, rows },
    named: { where: "the end of training", rowIds: dataset.rowIds, targets: coding.names },
  };
  const readings: (SubsetReading | null)[] = [null];
  for (let subset = 1; subset < subsets; subset++) readings.push(await readSubset(request, subset));
  const losses = readings.map((reading) =>
    task.metrics.headline.rowCosts(truth, reading?.prediction ?? constant(rows.length)),
  );
  const shown = readings.flatMap((reading, subset) =>
    reading === null || subset === subsets - 1 ? [] : [{ reading, subset }],
  );
  const read = new Map<HeadInputs, HeadRows>();
  for (const kind of headInputs(training.modalities)) {
    const parts: HeadRows[] = [];
    for (const { reading } of shown) parts.push(await reading.read(kind));
    read.set(kind, stackedRows(parts));
  }
  const data = {
    ...{ modalities: training.modalities.length, losses, read },
    subsetOf: Int32Array.from(shown.flatMap(({ subset }) => new Array<number>(rows.length).fill(subset))),
    rowOf: Int32Array.from(shown.flatMap(() => Array.from(rows.keys()))),
  };
  return {
    modalities: training.modalities.map(({ name }) => name),
    nothing: [...constant(1)],
    rows: rows.length,
    ...(await fitValue(data, { engine, rng, signal })),
  };
}
