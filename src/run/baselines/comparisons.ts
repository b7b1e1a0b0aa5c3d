import type { Config } from "../../config/schema.js";
import type { Engine } from "../../engine/engine.js";
import { csvText } from "../../files/csv.js";
import type { Rng } from "../../math/rng.js";
import { observedColumn, trueCell, valueColumns } from "../../record/predictions.js";
import { type RunFolder, runFiles } from "../../record/run-folder.js";
import { readComparison, storedComparison } from "../../record/stored-comparison.js";
import { predictionWidth } from "../../tasks/task.js";
import type { TrainingObserver } from "../../training/observer.js";
import type { PreparedRun } from "../prepare.js";
import { type ComparisonNetwork, comparisonNetworks, trainComparison } from "./comparison-networks.js";

/** Predictions per comparison network for validation rows, then test rows; row-major [rows, columns]. */
export type Comparisons = ReadonlyMap<string, Float64Array>;

export interface ComparisonsRequest {
  readonly folder: RunFolder;
  readonly config: Config;
  readonly prepared: PreparedRun;
  readonly engine: Engine;
  readonly rng: Rng;
  /** Whether the run's model uses periodic embeddings. */
  readonly periodic: boolean;
  /** Identifies what the training depends on; a stored comparison continues no other. */
  readonly fingerprint: string;
  /** Whether comparisons without a digest are taken: those of a training begun by a version that wrote none. */
  readonly undigested: boolean;
  readonly observer: TrainingObserver;
  readonly signal?: AbortSignal;
}

/**
 * Trains every comparison network on the rows of the run. Each one's predictions are kept in the run folder when it is
 * done, so that an interrupted run continues with the next.
 * @throws RunError when a training diverges; Interrupted when the signal fires
 */
export async function trainComparisons(request: ComparisonsRequest): Promise<Comparisons> {
  const { folder, config, prepared, engine, rng, periodic, fingerprint, undigested, observer, signal } = request;
  const { training: data } = prepared;
  const rows = comparedRows(prepared);
  const length = rows.length * predictionWidth(prepared.coding);
  const networks = comparisonNetworks(config, data, periodic).filter(wantedBy(config));
  const out = new Map<string, Float64Array>();
  await folder.createInside(runFiles.comparisons);
  for (const [i, network] of networks.entries()) {
    const { name, description } = network;
    const file = `${runFiles.comparisons}/${name}.json`;
    if (!(await folder.has(file))) {
      observer.message?.(`comparison ${i + 1} of ${networks.length}: ${name}, ${description}`);
      const own = rng.split(`comparison/${name}`);
      const prediction = await trainComparison({ network, data, engine, rng: own, rows, signal });
      await folder.writeText(file, storedComparison({ training: fingerprint, network: name, prediction }));
    }
    out.set(name, await readComparison(folder, file, { training: fingerprint, network: name, length, undigested }));
  }
  return out;
}

/** Whether `evaluation.baselines` asks for a network. */
export function wantedBy({ evaluation: { baselines } }: Pick<Config, "evaluation">) {
  return ({ kind }: Pick<ComparisonNetwork, "kind">): boolean =>
    typeof baselines === "boolean" ? baselines : baselines.includes(kind);
}

/** Validation rows, then test rows. */
function comparedRows({ split }: PreparedRun): Int32Array {
  return Int32Array.from([...split.validation, ...split.test]);
}

/** comparisons.csv: id, part, then per target the true value and what every comparison network predicts. */
export function comparisonsCsv(prepared: PreparedRun, comparisons: Comparisons): string {
  const { dataset, split, training, coding } = prepared;
  const { targetNames: targets, rawTarget } = training;
  const names = [...comparisons.keys()];
  const { classes } = coding;
  const width = predictionWidth(coding) / targets.length;
  const header = [
    "id",
    "part",
    ...targets.flatMap((target) => [
      observedColumn(target),
      ...names.flatMap((name) => valueColumns(`${target}.${name}`, classes)),
    ]),
  ];
  const lines = Array.from(comparedRows(prepared), (row, i) => [
    dataset.rowIds[row],
    i < split.validation.length ? "validation" : "test",
    ...targets.flatMap((_, t) => [
      trueCell(rawTarget[row * targets.length + t], classes),
      ...Array.from(comparisons.values()).flatMap((prediction) => {
        const from = (i * targets.length + t) * width;
        return [...prediction.subarray(from, from + width)];
      }),
    ]),
  ]);
  return csvText(header, lines, runFiles.comparedPredictions);
}
