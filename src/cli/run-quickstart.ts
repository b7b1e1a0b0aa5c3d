import { join } from "node:path";
import { loadConfig } from "../config/load.js";
import { generateSynthetic } from "../data/synthetic/generate.js";
import type { TrueAtoms } from "../data/synthetic/truth.js";
import { writeSynthetic } from "../data/synthetic/write.js";
import { HeldFolder } from "../record/held-folder.js";
import type { RunPid } from "../record/pid-schemas.js";
import { checkText } from "../report/check-text.js";
import { latentCheckFacts } from "../report/latent-check.js";
import type { RunResult } from "../run/run-result.js";
import { trainRun } from "../run/train-run.js";
import { shown } from "../shown.js";
import { commandLine } from "./command-line.js";
import { progressLevel, TrainingProgress } from "./progress.js";
import { bits, metricsTable, type PickNumber, uncertaintyColumn, warningLines } from "./run-summary.js";
import { withSignals } from "./signals.js";
import { alignTable } from "./table.js";
import { print, tell } from "./terminal.js";

export interface QuickstartOptions {
  readonly out: string;
  readonly seed: number;
  readonly engine: string;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** Small networks and raw features: enough for this table, and under a minute. */
const model = [
  "model.latentDim=16",
  "model.encoder.hidden=[128, 64]",
  "model.predictor.hidden=[128, 64]",
  "model.encoder.embedding=none",
];
const rows = 6000;

/** Generates the quickstart table, trains both stages on it and prints true beside estimated atoms. */
export async function runQuickstart(command: QuickstartOptions): Promise<void> {
  const { out, seed, engine, quiet } = command;
  const started = performance.now();
  const table = generateSynthetic("quickstart", { seed, rows });
  const observer = new TrainingProgress(process.stderr, progressLevel(command));
  const result = await withSignals(async (signal) => {
    // Held before its table is replaced, which another quickstart may be reading.
    const held = await HeldFolder.take(out, { signal, onWait: (message) => observer.message(message) });
    try {
      const files = await writeSynthetic(table, `${out}-data`, "csv", signal);
      const overrides = [`seed=${seed}`, `engine=${engine}`, "name=quickstart", ...model];
      const { config, baseFolder } = await loadConfig(files.config, overrides);
      if (!quiet) tell(`${table.rows} rows, ${table.modalities.length} modalities in ${files.table}`);
      return await trainRun({
        config,
        baseFolder,
        out,
        held,
        overwrite: true,
        observer,
        signal,
        command: commandLine(),
      });
    } finally {
      await held.release();
    }
  }).finally(() => observer.stop());
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  print(
    [
      comparison(table.truth.regression, result.pid),
      ...checkLines(result),
      "",
      metricsTable(result.metrics),
      ...warningLines(result.metrics.warnings),
      "",
      `data    ${shown(join(`${out}-data`, "table.csv"))} (truth.json beside it)`,
      `run     ${shown(result.folder)}`,
      `report  ${shown(result.report)}`,
      `time    ${seconds} s`,
    ].join("\n"),
  );
}

/** What was found beyond the Gaussian reading; nothing where that is nothing. */
function checkLines({ pid, metrics }: RunResult): string[] {
  const { check } = pid;
  return check?.nonGaussian ? ["", checkText(latentCheckFacts({ ...pid, check }, metrics.targets))] : [];
}

/** True and estimated information and atoms side by side, with the intervals of the estimates. */
export function comparison(truth: TrueAtoms, pid: RunPid): string {
  const { heading, cell } = uncertaintyColumn(pid);
  const row = (label: string, pick: PickNumber) => [label, bits(pick(truth)), bits(pick(pid)), cell(pick)];
  return alignTable([
    ["information about the target, bits", "true", "estimated", heading],
    ...pid.modalities.map((name) => row(`unique to ${name}`, ({ atoms }) => atoms.unique[name])),
    row("redundant", ({ atoms }) => atoms.redundancy),
    ...(pid.modalities.length > 2 ? [row("shared by some", ({ atoms }) => atoms.partialRedundancy)] : []),
    row("synergistic", ({ atoms }) => atoms.synergy),
    row("all together", ({ information }) => information.total),
  ]);
}
