import type { Dataset } from "../data/dataset.js";
import type { PreparedRows } from "../data/rows.js";
import { partTitles } from "../data/split/part-summary.js";
import { partNames, type Split } from "../data/split/split.js";
import { pickRows } from "../evaluation/row-values.js";
import type { TargetCoding, Task } from "../tasks/task.js";
import { minAtomRows } from "../training/atoms/atoms.js";
import { completeRows, type TrainingData, takeRows } from "../training/data.js";
import { refuseFaults } from "./part-sizes.js";

/** What the tables are made of: a data set, its parts, and what was fitted on its training part. */
interface TrainingParts extends Pick<TrainingData, "modalities"> {
  readonly task: Task;
  readonly coding: TargetCoding;
  readonly dataset: Dataset;
  readonly split: Split;
  /** Prepared features of all rows, with the rows that lack a modality. */
  readonly inputs: readonly PreparedRows[];
}

/** The tables that training reads, from a data set and what was fitted on its training part. */
export function trainingData(parts: TrainingParts): TrainingData {
  const { task, coding, dataset, split, inputs, modalities } = parts;
  const values = dataset.targets.map((target) => target.values);
  const width = values.length;
  const rawTarget = new Float64Array(dataset.rows * width);
  values.forEach((column, t) => {
    for (let i = 0; i < dataset.rows; i++) rawTarget[i * width + t] = column[i];
  });
  return {
    task,
    modalities,
    ...completeness(inputs, dataset.rows),
    targetNames: dataset.targets.map(({ name }) => name),
    ...(coding.classes === undefined ? {} : { classes: coding.classes }),
    target: coding.encode(values),
    gaussianTarget: Float32Array.from(coding.gaussianView.ofValues(values)),
    rawTarget,
    toRaw: coding.decode,
    ...calibration(coding, rawTarget, split.validation),
    toGaussian: coding.gaussianView.ofOutputs,
    groups: dataset.group,
    trainRows: split.train,
    validationRows: split.validation,
  };
}

/** How outputs are calibrated on validation rows, where the task does that. @param rawTarget [rows, targets] */
function calibration(
  coding: TargetCoding,
  rawTarget: Float64Array,
  validation: Int32Array,
): Pick<TrainingData, "calibrated"> {
  const { calibrated, names } = coding;
  if (calibrated === undefined) return {};
  const held = new Set(validation);
  return {
    calibrated: (outputs, rows) => {
      const width = outputs.length / rows.length;
      const at = Int32Array.from(rows.keys()).filter((i) => held.has(rows[i]));
      const truth = pickRows(
        rawTarget,
        rawTarget.length / names.length,
        Int32Array.from(at, (i) => rows[i]),
      );
      return calibrated(takeRows(outputs, width, at), truth).decode;
    },
  };
}

/** Which rows have every modality; nothing where all do. */
function completeness(inputs: readonly PreparedRows[], rows: number): Pick<TrainingData, "complete"> {
  const known = inputs.flatMap(({ present }) => present ?? []);
  if (known.length === 0) return {};
  return {
    complete: Uint8Array.from({ length: rows }, (_, row) => Number(known.every((present) => present[row] === 1))),
  };
}

/** Atoms are made of rows that have every modality: there must be some in every part. @throws InputError naming all parts that have too few */
export function checkComplete(training: TrainingData, split: Split): void {
  if (training.complete === undefined) return;
  const needed = { train: 2, validation: minAtomRows, test: training.targetNames.length + 2 };
  const faults = partNames.flatMap((part) => {
    const { length } = completeRows(training, split[part]);
    if (length >= needed[part]) return [];
    return [
      `${length} of the ${split[part].length} rows of the ${partTitles[part]} part have every modality; atoms are measured on such ` +
        `rows and need at least ${needed[part]} of them. Enlarge the part, or leave out the modality that most rows lack`,
    ];
  });
  refuseFaults(faults);
}
