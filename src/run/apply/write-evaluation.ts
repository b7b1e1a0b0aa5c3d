import { resolve } from "node:path";
import type { EngineName } from "../../config/engines.js";
import { InputError } from "../../errors.js";
import { errorRng } from "../../evaluation/baseline-differences.js";
import { errorInterval, resampleErrors } from "../../evaluation/paired-errors.js";
import { documentText, infiniteAsNull } from "../../files/json.js";
import { Commit, settle } from "../../record/commit.js";
import { HeldFolder, isNothing } from "../../record/held-folder.js";
import { readRunFacts } from "../../record/read-run.js";
import { isUnfinished, RunFolder, runFiles } from "../../record/run-folder.js";
import type { EvaluatedTable, TargetRows } from "../../report/evaluation/evaluated.js";
import { evaluationSections } from "../../report/evaluation/sections.js";
import { page } from "../../report/page.js";
import { standalone } from "../../report/render-svg.js";
import { joinWords } from "../../report/text.js";
import { type EvaluatedPredictions, type EvaluateTableOptions, evaluatePredictions } from "./evaluate-run.js";
import type { Evaluation } from "./evaluation.js";
import { type GivenTables, tablesChecksum, tablesLabel, tablesTitle } from "./given-tables.js";

/** Names of everything in the folder of an evaluation. */
export const evaluationFiles = {
  results: "evaluation.json",
  report: runFiles.report,
  figures: runFiles.figures,
  digests: runFiles.digests,
} as const;

const writtenWhole = { files: Object.values(evaluationFiles), folders: [evaluationFiles.figures] };

/**
 * Evaluates a run on another table and writes what it found, all at once: evaluation.json, report.html and the figures of the
 * report, with their digests. An evaluation that the folder holds is replaced.
 * @param out a new folder, or one that an evaluation was written into
 * @throws InputError when the table does not fit, or the folder holds other files
 */
export async function writeEvaluation(
  run: string,
  data: GivenTables,
  engine: EngineName,
  { out, ...options }: EvaluateTableOptions & { readonly out: string },
): Promise<{ readonly evaluation: Evaluation; readonly report: string }> {
  const path = resolve(out);
  await refuseOtherFiles(new RunFolder(path), out);
  const found = await evaluatePredictions(run, data, engine, options);
  const held = await HeldFolder.take(path, {});
  try {
    const folder = new RunFolder(path, () => held.lock.assertHeld());
    await refuseOtherFiles(folder, out);
    await settle(folder);
    await folder.removeUnfinished(writtenWhole);
    await writeFiles(folder, found.evaluation, await evaluatedTable(run, data, found));
    return { evaluation: found.evaluation, report: folder.file(evaluationFiles.report) };
  } finally {
    await held.release();
  }
}

async function refuseOtherFiles(folder: RunFolder, label: string): Promise<void> {
  const entries = (await folder.entries()) ?? [];
  const other = entries.find((name) => !isNothing(name) && !isUnfinished(name, writtenWhole.files));
  if (other === undefined || entries.includes(evaluationFiles.results)) return;
  throw new InputError(`${label}: holds other files (${other}, ..) and no evaluation; choose a new folder with --out`);
}

async function writeFiles(folder: RunFolder, evaluation: Evaluation, table: EvaluatedTable): Promise<void> {
  const sections = await evaluationSections(table);
  const commit = await Commit.begin(folder);
  const document = { ...evaluation, pid: infiniteAsNull(evaluation.pid), checksum: table.table.checksum };
  await commit.write(evaluationFiles.results, documentText(document, evaluationFiles.results));
  await folder.createInside(evaluationFiles.figures);
  for (const { id, wide } of sections.flatMap((section) => section.figures)) {
    await commit.write(`${evaluationFiles.figures}/${id}.svg`, standalone(wide));
  }
  const head = {
    title: `${table.run.name} on ${table.table.title}`,
    subtitle: `Prediction of ${joinWords(table.targets)} from ${joinWords(table.modalities)}, on another table`,
    madeFrom: "a run and a table",
  };
  await commit.write(evaluationFiles.report, page(head, sections));
  await commit.finish();
}

/** What the report says of the table, beside the run's own test part. */
async function evaluatedTable(
  run: string,
  data: GivenTables,
  { evaluation, table, truth, pid }: EvaluatedPredictions,
): Promise<EvaluatedTable> {
  const facts = await readRunFacts(run);
  const { targets, dataset, explained, task } = table;
  const groups = dataset.group ?? null;
  const column = (values: Float64Array, t: number) => values.filter((_, i) => i % targets.length === t);
  const rowsOf = (target: string, t: number): TargetRows => {
    const [own, prediction] = [column(truth, t), column(explained.prediction, t)];
    const { headline } = task.metrics;
    const options = { rng: errorRng(target, headline), error: headline, groups };
    const [error] = resampleErrors([[[headline.rowCosts(own, prediction)]]], options);
    return { truth: own, prediction, ids: dataset.rowIds, error: errorInterval(error) };
  };
  const { metrics, corrected, intervals, byMissing, warnings, messages, units } = evaluation;
  return {
    run: { name: facts.name, folder: run },
    table: {
      title: tablesTitle(data),
      file: tablesLabel(data),
      checksum: await tablesChecksum(data),
      rows: dataset.rows,
    },
    ...{ task, targets, units, metrics, corrected, intervals, byMissing, pid, warnings, messages, groups },
    ownTest: facts.metrics.test,
    modalities: facts.pid.modalities,
    rows: new Map(targets.map((target, t) => [target, rowsOf(target, t)])),
  };
}
