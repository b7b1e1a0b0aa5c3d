import { createHash } from "node:crypto";
import type { Config } from "../config/schema.js";
import { afterLossesOf } from "../data/account.js";
import type { Dataset } from "../data/dataset.js";
import { memoryDataset } from "../data/memory-table.js";
import { departureMessages } from "../data/prepare/range-check.js";
import type { RowStore } from "../data/rows.js";
import { storesOf } from "../data/stores.js";
import { createEngine } from "../engine/index.js";
import { InputError } from "../errors.js";
import { throwIfInterrupted } from "../fit/interrupt.js";
import { Rng } from "../math/rng.js";
import { type DataChecksums, describeEnvironment } from "../record/environment.js";
import { takesAbsentModalities } from "../run/absence.js";
import { type PredictedTable, predictDataset } from "../run/apply/predict-dataset.js";
import { type AskedIntervals, rowIntervals } from "../run/apply/row-intervals.js";
import { both } from "../run/both-observers.js";
import { rowSets } from "../run/calibration.js";
import { type EvaluatedRun, evaluateTrained } from "../run/evaluate-trained.js";
import { prepareDataset } from "../run/prepare.js";
import { RememberedTraining } from "../run/remembered-training.js";
import { saveRun } from "../run/save-run.js";
import { tellPrepared } from "../run/tell-prepared.js";
import { train } from "../training/trainer.js";
import { checkGiven } from "./check-given.js";
import type { FitOptions } from "./fit-options.js";
import type { ExplainedRows, FittedModel, RowsToPredict } from "./fitted-model.js";
import { memoryConfig } from "./memory-config.js";
import { givenRows, toPredict } from "./memory-rows.js";

/** As `fit`. */
export async function fitInMemory(options: FitOptions): Promise<FittedModel> {
  const begun = new Date();
  checkGiven(options);
  const { modalities, target, ids, group, order, observer, signal, ...given } = options;
  const table = givenRows({ modalities, target, ids, group, order });
  const config = memoryConfig(given, { modalities, target, ids, group, order });
  const absentModalities = takesAbsentModalities(config);
  const loaded = memoryDataset(table, config.data, { absentModalities });
  const rng = new Rng(config.seed);
  const prepared = await afterLossesOf(
    () => loaded.account.losses,
    () => prepareDataset(config, loaded, rng),
  );
  throwIfInterrupted(signal);
  const notes: string[] = [];
  const engine = await createEngine(config.engine, { threads: config.threads, onMessage: (text) => notes.push(text) });
  const told = new RememberedTraining();
  const observers = both(told, observer);
  tellPrepared(observers, prepared, notes);
  let evaluated: EvaluatedRun;
  try {
    const trained = await train({ config, data: prepared.training, engine, rng, observer: observers, signal });
    evaluated = await evaluateTrained({ config, prepared, trained, comparisons: null, engine, rng, signal });
  } finally {
    await engine.dispose();
  }
  const environment = describeEnvironment(config, engine.name, await checksumsOf(config, loaded));
  const { metrics, pid, stored } = evaluated;
  const predicted = (rows: RowsToPredict) => {
    const dataset = memoryDataset(toPredict(stored.preprocessor, rows), config.data, {
      ...{ targets: "optional", external: true, absentModalities },
    });
    return predictDataset(stored, dataset, { engine: config.engine, draws: 0, where: "the rows to predict" });
  };
  return {
    ...(stored.coding.classes === undefined ? {} : { classes: stored.coding.classes }),
    ...{ targets: metrics.targets, metrics, pid, atoms: pid.atoms, importance: evaluated.importance },
    predict: async (rows) => (await predicted(rows)).explained.prediction,
    explain: async (rows, asked = {}) => explained(await predicted(rows), asked),
    save: async (folder) => {
      const { folder: path, report } = await saveRun({ config, prepared, environment, begun, told, evaluated }, folder);
      return { folder: path, report };
    },
  };
}

function explained(table: Omit<PredictedTable, "undigested">, asked: AskedIntervals): ExplainedRows {
  const { level } = asked;
  if (level !== undefined && !(level > 0 && level < 1)) {
    throw new InputError(`level ${level}: expected a number between 0 and 1`);
  }
  const { prediction, contributions } = table.explained;
  if (table.classes !== undefined) return explainedClasses(table, table.classes, asked);
  const intervals = rowIntervals(table, asked);
  const unbounded = (value: number) => prediction.map(() => value);
  return {
    prediction,
    lower: intervals?.ends.low ?? unbounded(Number.NEGATIVE_INFINITY),
    upper: intervals?.ends.high ?? unbounded(Number.POSITIVE_INFINITY),
    quantiles: Object.fromEntries(intervals?.quantiles ?? []),
    contributions: Object.fromEntries(contributions),
    messages: [...table.messages, ...(intervals?.messages ?? []), ...departureMessages(table.departed, table.columns)],
  };
}

/** The same of a model of classes, which have prediction sets and no intervals. */
function explainedClasses(
  table: Omit<PredictedTable, "undigested">,
  classes: readonly string[],
  asked: AskedIntervals,
): ExplainedRows {
  rowIntervals(table, asked);
  const { prediction, contributions } = table.explained;
  const level = asked.level ?? table.config.evaluation.intervals.coverage;
  const { sets } = rowSets(table.task, table.calibration, prediction, { classes, level });
  return {
    ...{ prediction, lower: new Float64Array(), upper: new Float64Array(), quantiles: {} },
    ...(sets === undefined ? {} : { sets: sets.map((places) => places.map((place) => classes[place])) }),
    contributions: Object.fromEntries(contributions),
    messages: [...table.messages, ...departureMessages(table.departed, table.columns)],
  };
}

/** Digests of the rows in memory, where those of files would stand. */
async function checksumsOf(config: Config, dataset: Dataset): Promise<DataChecksums> {
  const hash = createHash("sha256");
  for (const { name, values } of dataset.targets) hash.update(name).update(new Uint8Array(values.buffer));
  if (dataset.ordering !== undefined) hash.update("order").update(new Uint8Array(dataset.ordering.values.buffer));
  for (const store of storesOf(dataset)) await addRows(hash, store);
  return { [config.data.file ?? config.name]: hash.digest("hex") };
}

async function addRows(hash: ReturnType<typeof createHash>, store: RowStore): Promise<void> {
  const row = new Float64Array(store.shape.reduce((product, size) => product * size, 1));
  hash.update(store.name);
  for (let i = 0; i < store.rows; i++) {
    await store.read([i], row);
    hash.update(new Uint8Array(row.buffer));
  }
}
