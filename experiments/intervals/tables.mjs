/*
 * Tables whose errors are known: two modalities of six columns each, of which one latent column, rotated among noise and
 * bent, tells of the target. `beta` is the latent that the size of errors may follow.
 */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { Rng } from "pidreg";

/** Target from the latents a and b and a normal draw e; `poisson` draws a count. */
const targets = {
  homoscedastic: ({ a, b, e }) => a + b + e,
  hetero: ({ a, b, e }) => a + 0.7 * Math.exp(0.9 * b) * e,
  skewed: ({ a, b, e }) => Math.exp(0.5 * (a + b + e)),
  counts: ({ a, b, poisson }) => poisson(Math.exp(-0.7 + 0.6 * a + 0.6 * b)),
  groups: ({ a, b, e, shift }) => a + b + 0.7 * shift + 0.7 * e,
};

export const generated = Object.keys(targets);
const width = 6;
const groupRows = 10;

function poissonFrom(rng) {
  return (mean) => {
    const least = Math.exp(-mean);
    let count = 0;
    for (let product = rng.uniform(); product > least; product *= rng.uniform()) count++;
    return count;
  };
}

/** Orthogonal matrix of Gram-Schmidt on normal draws. */
function rotation(rng) {
  const rows = [];
  for (let i = 0; i < width; i++) {
    const row = Array.from({ length: width }, () => rng.normal());
    for (const other of rows) {
      const dot = row.reduce((sum, x, j) => sum + x * other[j], 0);
      other.forEach((x, j) => {
        row[j] -= dot * x;
      });
    }
    const norm = Math.hypot(...row);
    rows.push(row.map((x) => x / norm));
  }
  return rows;
}

/** Writes the table and its config into a folder; returns the config's path and beta of every row. */
export async function writeTable(name, { rows, testRows, seed }, folder) {
  const rng = new Rng(`${name}/${seed}`);
  const streams = Object.fromEntries(["a", "b", "e", "noise", "mix", "shift"].map((key) => [key, rng.split(key)]));
  const mixes = { alpha: rotation(streams.mix), beta: rotation(streams.mix) };
  const poisson = poissonFrom(rng.split("poisson"));
  const total = rows + testRows;
  const beta = [];
  const lines = [];
  let shift = 0;
  for (let i = 0; i < total; i++) {
    if (i % groupRows === 0) shift = streams.shift.normal();
    const [a, b, e] = ["a", "b", "e"].map((key) => streams[key].normal());
    beta.push(b);
    const columns = Object.entries({ alpha: a, beta: b }).flatMap(([modality, latent]) => {
      const z = [latent, ...Array.from({ length: width - 1 }, () => streams.noise.normal())];
      const out = mixes[modality].map((row) => row.reduce((sum, x, j) => sum + x * z[j], 0));
      return [Math.sinh(out[0]), out[1] ** 3 + out[1], ...out.slice(2)];
    });
    const part = i < 0.75 * rows ? "train" : i < rows ? "validation" : "test";
    lines.push(
      [`r${i}`, `g${Math.floor(i / groupRows)}`, part, targets[name]({ a, b, e, shift, poisson }), ...columns].join(
        ",",
      ),
    );
  }
  const names = ["alpha", "beta"].flatMap((m) => Array.from({ length: width }, (_, j) => `${m}_${j}`));
  await writeFile(
    path.join(folder, "table.csv"),
    `${["id", "unit", "part", "y", ...names].join(",")}\n${lines.join("\n")}\n`,
  );
  const config = path.join(folder, "config.yaml");
  await writeFile(
    config,
    [
      `name: ${name}`,
      `seed: ${seed}`,
      "data:",
      "  file: table.csv",
      "  id: id",
      "  target: y",
      "  modalities: { alpha: { columns: [alpha_*] }, beta: { columns: [beta_*] } }",
      ...(name === "groups" ? ["  group: unit"] : []),
      "  split: { by: column, column: part }",
      "model: { latentDim: 16, encoder: { hidden: [64, 32], embedding: none }, predictor: { hidden: [64, 32] } }",
      "losses: { gaussianity: { weight: 0 }, independence: { weight: 0 }, jointGaussianity: { weight: 0 } }",
      "",
    ].join("\n"),
  );
  return { config, beta };
}
