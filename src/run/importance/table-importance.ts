import { InputError } from "../../errors.js";
import { Rng } from "../../math/rng.js";
import { kindOfFitted } from "../../modalities/kinds.js";
import type { TableImportance } from "../../record/importance-schemas.js";
import { hasRunFile, readRunDocument } from "../../record/read-run.js";
import { runFiles } from "../../record/run-folder.js";
import type { PredictedTable } from "../apply/predict-dataset.js";
import { type ImportanceModality, measureImportance } from "./measure.js";
import { NotFinite } from "./predictor.js";

/**
 * Permutation importance of a run on another table, its columns in the groups that correlate on the run's training rows.
 * @param truth true values, row-major [rows, targets]
 * @throws InputError for a run that measured none, or a table whose predictions are no numbers
 */
export async function tableImportance(
  run: string,
  table: PredictedTable,
  truth: Float64Array,
): Promise<TableImportance> {
  if (!(await hasRunFile(run, runFiles.importance))) {
    throw new InputError(
      `${run}: holds no ${runFiles.importance}, and with it no groups of correlated columns. Set evaluation.importance: auto and ` +
        "train with --resume, which evaluates the run anew",
    );
  }
  const { modalities: known } = await readRunDocument(run, runFiles.importance);
  const { config, dataset, targets, classes, task, changeable } = table;
  const { preprocessor, prepared, inputs, parameters, networkAlone, predicting } = changeable;
  const modalities = preprocessor.modalities.map((fitted, m): ImportanceModality => {
    const features = kindOfFitted(fitted).features(fitted);
    const groups = known[fitted.name]?.items.filter(({ kind }) => kind === "group") ?? [];
    const place = new Map(features.map(({ name }, i) => [name, i]));
    const places = groups.map(({ columns }) => columns.flatMap((column) => place.get(column) ?? []));
    return { input: inputs[m], present: prepared[m].present, features, groups: places };
  });
  const { importance, importanceRepeats: repeats } = config.evaluation;
  try {
    return await predicting((predict) =>
      measureImportance(
        {
          ...{ modalities, truth, targets, predict, perRow: parameters, networkAlone },
          rows: Int32Array.from({ length: dataset.rows }, (_, i) => i),
          ...{ outputs: classes?.length, error: task.metrics.headline },
          groups: dataset.group,
        },
        { bounded: importance !== "on", repeats, rng: new Rng(config.seed).split("importance of a table") },
      ),
    );
  } catch (error) {
    if (error instanceof NotFinite) throw new InputError(`${run}: importance cannot be measured: ${error.message}`);
    throw error;
  }
}
