import { readFileSync } from "node:fs";
import path from "node:path";
import { mean, standardDeviation } from "../../../src/math/descriptive.js";
import { root } from "../documents.js";

/** A line of a results file, as it stands there. */
export type Line = ReturnType<typeof JSON.parse>;

/** Lines of a file in experiments/. */
export function linesOf(file: string): Line[] {
  return readFileSync(path.join(root, "experiments", file), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

const accuracy = linesOf("accuracy/results.jsonl");

/** Runs of a study of experiments/accuracy, by seed. */
export function runsOf(study: string): Line[] {
  return accuracy.filter((line) => line.study === study).sort((a, b) => a.seed - b.seed);
}

/** Test RMSE of a model, one per seed. */
export function errorsOf(study: string, model: string, target?: string): number[] {
  const first = (line: Line) => target ?? Object.keys(line.errors.pidreg.test.perTarget)[0];
  if (model === "boosting" || model === "ensemble") {
    const lines = linesOf(model === "boosting" ? "accuracy/boosting.jsonl" : "accuracy/ensembles.jsonl");
    const seeds = runsOf(study).map(({ seed }) => seed);
    const own = lines
      .filter((line) => line.study === study && seeds.includes(line.seed))
      .sort((a, b) => a.seed - b.seed);
    const name = first(runsOf(study)[0]);
    return own.map((line) => (model === "boosting" ? line.errors[name].rmse : line.test.perTarget[name].rmse));
  }
  const ownRows = model === "nearest-in-time" ? linesOf("accuracy/nearest.jsonl") : accuracy;
  const lines = ownRows.filter((line) => line.study === study).sort((a, b) => a.seed - b.seed);
  const named = target ?? first(runsOf(study)[0]);
  return lines.flatMap((line) => line.errors[model]?.test.perTarget[named].rmse ?? []);
}

/** Mean test RMSE of pidreg over that of another model, less 1, in per cent. */
export function relative(study: string, model: string, target?: string, own = "pidreg"): number {
  return 100 * (mean(errorsOf(study, own, target)) / mean(errorsOf(study, model, target)) - 1);
}

/** Mean with this many decimals. */
export function meanText(values: readonly number[], digits: number): string {
  return mean(values).toFixed(digits);
}

/** Standard deviation with this many decimals. */
export function deviationText(values: readonly number[], digits: number): string {
  return standardDeviation(values).toFixed(digits);
}

/** Runs of a study whose fields have these values; `set` is empty unless asked for. */
export function cells(study: string, wanted: Readonly<Record<string, unknown>>): Line[] {
  const all = { set: "", ...wanted };
  const found = linesOf(`${study}/results.jsonl`).filter((line) =>
    Object.entries(all).every(([key, value]) => (key === "set" ? line.set.join(" ") === value : line[key] === value)),
  );
  if (found.length === 0) throw new Error(`${study}: no run with ${JSON.stringify(all)}`);
  return found;
}
