import { InputError } from "../errors.js";
import { evaluatePart, type Part } from "../evaluation/metrics.js";
import type { PidResult } from "../pid/types.js";
import { readRun } from "../report/run-files.js";
import { minAtomRows } from "../training/atoms.js";
import { predictTable } from "./predict-table.js";

/** Quality and atoms of a run on one table. */
export interface Evaluation {
  /** `test`, or the file that was evaluated. */
  readonly on: string;
  readonly targets: readonly string[];
  readonly metrics: Part;
  /** Ridge regression and mean prediction on the same rows; null for an external table. */
  readonly baselines: Readonly<Record<string, Part>> | null;
  /** Null when the table has too few rows for atoms. */
  readonly pid: Pick<PidResult, "modalities" | "information" | "atoms" | "standardErrors" | "flags"> | null;
}

/** What a run recorded about its test part. @throws InputError when the run is not finished */
export async function evaluateTestPart(run: string): Promise<Evaluation> {
  const { metrics, pid } = await readRun(run);
  if (pid.test === null || pid.test === undefined)
    throw new InputError(`${run}/pid.json: holds no atoms of the test part`);
  return {
    on: "test",
    targets: metrics.targets,
    metrics: metrics.test,
    baselines: Object.fromEntries(Object.entries(metrics.baselines).map(([name, { test }]) => [name, test])),
    pid: { ...(pid.test as unknown as PidResult), modalities: pid.modalities },
  };
}

/** Evaluates a run on another table, which must hold the target. @throws InputError when the table does not fit */
export async function evaluateTable(
  run: string,
  data: string,
  engine: Parameters<typeof predictTable>[0]["engine"],
): Promise<Evaluation> {
  const table = await predictTable({ run, data, targets: "required", engine, draws: 0 });
  const { targets, dataset, explained, truth } = table;
  if (truth === null) throw new InputError(`${data}: holds no column ${targets.join(", ")} to compare with`);
  const enough = dataset.rows >= minAtomRows;
  return {
    on: data,
    targets,
    metrics: evaluatePart(targets, truth, explained.prediction),
    baselines: null,
    pid: enough ? table.decompose() : null,
  };
}
