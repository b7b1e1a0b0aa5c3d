import { pickRows } from "../../evaluation/row-values.js";
import { csvText } from "../../files/csv.js";
import { nearestInTime } from "../../models/baselines/nearest-in-time.js";
import { observedColumn, predictionName, trueCell, valueColumns } from "../../record/predictions.js";
import { studyFiles } from "../study.js";
import type { FoldRun } from "./arm.js";

/** The folds of one config. */
export interface PredictedArm {
  /** Left out where there is one config. */
  readonly letter?: string;
  readonly runs: readonly FoldRun[];
}

/** Every row as often as it was tested, with the prediction of the model that did not see it. */
export function predictionsText(arms: readonly PredictedArm[]): string {
  const { task, metrics } = arms[0].runs[0].files;
  const { targets, classes } = metrics;
  const named = arms.length > 1;
  const row = ["id", "repeat", "fold", ...(named ? ["config"] : [])];
  const recorded = (name: string) => arms.some(({ runs }) => name in runs[0].files.metrics.baselines);
  const baselines = [task.baselines.linear.name, nearestInTime.name].filter(recorded);
  const header = [
    ...row,
    ...targets.flatMap((name) => [
      observedColumn(name, row),
      ...valueColumns(`${name}.${predictionName(classes)}`, classes),
      ...baselines.flatMap((baseline) => valueColumns(`${name}.${baseline}`, classes)),
    ]),
  ];
  const lines = arms.flatMap(({ letter, runs }) =>
    runs.flatMap(({ files, repeat, fold }) =>
      files.test.ids.map((id, i) => [
        ...[id, repeat, fold, ...(named ? [letter ?? ""] : [])],
        ...targets.flatMap((name) => {
          const values = files.test.targets.get(name);
          const cells = (of: Float64Array | undefined) =>
            of === undefined ? (classes ?? [""]).map(() => null) : [...pickRows(of, files.test.ids.length, [i])];
          const own = [trueCell(values?.truth[i] ?? Number.NaN, classes), ...cells(values?.prediction)];
          return [...own, ...baselines.flatMap((baseline) => cells(values?.baselines.get(baseline)))];
        }),
      ]),
    ),
  );
  return csvText(header, lines, studyFiles.predictions);
}
