import { Rng } from "../../src/math/rng.js";

/** Predictions of made-up rows: one column per target, and per target and modality. */
export interface MadePredictions {
  readonly truth: Float64Array[];
  readonly prediction: Float64Array[];
  readonly ridge: Float64Array[];
  readonly mean: Float64Array[];
  readonly contributions: Float64Array[][];
}

/** Rows that a model, ridge regression and the mean predict, better in this order. */
export function madePredictions(
  rng: Rng,
  modalities: readonly string[],
  targets: readonly string[],
  { rows, scatter, noise }: { readonly rows: number; readonly scatter: number; readonly noise: Rng },
): MadePredictions {
  const draw = (scale: number) => Float64Array.from({ length: rows }, () => scale * rng.normal());
  const truth = targets.map(() => draw(15).map((v) => v + 50));
  const prediction = truth.map((y) => y.map((v) => 50 + 0.85 * (v - 50) + scatter * noise.normal()));
  const ridge = truth.map((y) => y.map((v) => 50 + 0.8 * (v - 50) + 6 * rng.normal()));
  const contributions = prediction.map((p) => modalities.map((_, i) => p.map((v) => (v - 50) * (0.3 + 0.2 * i))));
  return { truth, prediction, ridge, mean: truth.map((y) => y.map(() => 50)), contributions };
}

/** Columns as row-major [rows, columns]. */
export function interleave(columns: readonly Float64Array[]): Float64Array {
  const t = columns.length;
  return Float64Array.from({ length: columns[0].length * t }, (_, i) => columns[i % t][Math.floor(i / t)]);
}

const field = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** comparisons.csv: the same rows in the same order as `predictionsCsv`. */
export function comparisonsCsv(
  made: MadePredictions,
  targets: readonly string[],
  mlp: readonly Float64Array[],
): string {
  const header = ["id", "part", ...targets.flatMap((target) => [target, `${target}.mlp`])];
  const line = (i: number, part: string) =>
    [rowId(i, part), part, ...targets.flatMap((_, t) => [made.truth[t][i], mlp[t][i]])].join(",");
  const rows = made.truth[0].length;
  const test = Array.from({ length: rows }, (_, i) => line(i, "test"));
  const validation = Array.from({ length: Math.min(210, rows) }, (_, i) => line(i, "validation"));
  return `${[header.map(field).join(","), ...test, ...validation].join("\n")}\n`;
}

function rowId(index: number, part: string): string {
  return `row-${part === "test" ? "" : "v"}${index}`;
}

/** predictions.csv: test rows, then validation rows, before them a row that is of neither part. */
export function predictionsCsv(
  made: MadePredictions,
  modalities: readonly string[],
  targets: readonly string[],
  ridge: boolean,
): string {
  const header = ["id", "part"];
  const columns: Float64Array[] = [];
  const add = (name: string, values: Float64Array) => {
    header.push(name);
    columns.push(values);
  };
  targets.forEach((target, t) => {
    add(target, made.truth[t]);
    add(`${target}.prediction`, made.prediction[t]);
    if (ridge) add(`${target}.ridge`, made.ridge[t]);
    modalities.forEach((m, i) => {
      add(`${target}.contribution.${m}`, made.contributions[t][i]);
    });
  });
  const rng = new Rng("local");
  for (const name of [...modalities.map((m) => `unique.${m}`), "redundancy", "synergy"]) {
    add(
      `local.${name}`,
      made.truth[0].map(() => 0.4 + 0.5 * rng.normal()),
    );
  }
  const line = (i: number, part: string) =>
    [rowId(i, part), part, ...columns.map((c) => String(c[i]))].map(field).join(",");
  const lines = Array.from(made.truth[0], (_, i) => line(i, "test"));
  for (let i = 0; i < Math.min(210, made.truth[0].length); i++) lines.push(line(i, "validation"));
  const train = ["row-train", "train", ...columns.map(() => "1")].join(",");
  return [header.map(field).join(","), train, ...lines].join("\n") + "\n";
}
