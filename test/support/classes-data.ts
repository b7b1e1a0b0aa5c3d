import { Rng } from "../../src/math/rng.js";
import { classes } from "../../src/tasks/classes/classes.js";
import { classCoding } from "../../src/tasks/classes/coding.js";
import type { TrainingData } from "../../src/training/data.js";
import { trainingData } from "./training-data.js";

/** Three classes by sums of the columns of two modalities: the first two thirds of the rows train, the others validate. */
export function classesData(rows: number, width: number): TrainingData {
  const rng = new Rng("classes");
  const modality = (name: string) => {
    const values = new Float32Array(rows * width);
    rng.fillNormal(values);
    return { name, width, values };
  };
  const modalities = [modality("a"), modality("b")];
  const labels = Float64Array.from({ length: rows }, (_, i) => {
    const sums = modalities.map(({ values }) => values.subarray(i * width, (i + 1) * width).reduce((s, v) => s + v, 0));
    const score = (sums[0] + sums[1]) / Math.sqrt(2 * width) + 0.3 * rng.normal();
    return score < -0.43 ? 0 : score < 0.43 ? 1 : 2;
  });
  const names = ["low", "middle", "high"];
  const coding = classCoding({ name: "y", labels: names, shares: [1 / 3, 1 / 3, 1 / 3], rows, temperature: 1 });
  return {
    ...trainingData(modalities, Float32Array.from(labels)),
    task: classes,
    classes: names,
    target: coding.encode([labels]),
    gaussianTarget: Float32Array.from(coding.gaussianView.ofValues([labels])),
    rawTarget: labels,
    toRaw: coding.decode,
    toGaussian: coding.gaussianView.ofOutputs,
  };
}
