import { writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, expect, it } from "vitest";
import { stringify } from "yaml";
import { pidreg, requireBuild, scratchFolder, succeeds } from "../support/command.js";
import { itLong } from "../support/long.js";

const folder = scratchFolder();
const many = Array.from({ length: 100 }, (_, k) => `m${k}`);
const rows = 300;

/** Evenly spread numbers in [-0.5, 0.5): fractional parts of multiples of irrational numbers. */
const spread = (i: number, k: number) => ((i * Math.SQRT2 + (i + 3) * (k + 1) * 0.618033988749895) % 1) - 0.5;

function table(): string {
  const lines = [["y", ...many].join(",")];
  for (let i = 1; i <= rows; i++) {
    const x = many.map((_, k) => spread(i, k));
    lines.push([x[0] + x[99] + 0.2 * spread(i, 100), ...x].map((value) => value.toPrecision(6)).join(","));
  }
  return `${lines.join("\n")}\n`;
}

const config = (modalities: number, file: string, interaction: string) => ({
  name: "many",
  data: { file, target: "y", modalities: Object.fromEntries(names(modalities).map((n) => [n, { columns: [n] }])) },
  model: {
    latentDim: 2,
    encoder: { hidden: [4], embedding: "none" },
    predictor: { hidden: [4] },
    fusion: { interaction },
  },
  losses: {
    gaussianity: { weight: 0 },
    independence: { weight: 0 },
    jointGaussianity: { weight: 0 },
    auxiliary: { weight: 0 },
  },
  training: { stage1: { maxEpochs: 1 }, stage2: { maxEpochs: 1 } },
});
const names = (count: number) => Array.from({ length: count }, (_, k) => `m${k}`);

beforeAll(async () => {
  await requireBuild();
  await writeFile(path.join(folder, "t.csv"), table());
});

it("a hundred modalities are decomposed, and the two that matter stand out", async () => {
  const modalities = many.flatMap((name) => ["--modality", `${name}=${name}`]);
  const args = ["decompose", "--data", "t.csv", "--target", "y", ...modalities];
  const { gain, multi, information, atoms } = JSON.parse(await succeeds([...args, "--json"], folder));
  const best = [...many].sort((a, b) => gain.byModality[b] - gain.byModality[a]).slice(0, 2);
  expect(best.sort()).toEqual(["m0", "m99"]);
  const unique = Object.values<number>(atoms.unique).reduce((a, b) => a + b, 0);
  expect(unique + atoms.redundancy + atoms.synergy + atoms.partialRedundancy).toBeCloseTo(information.total, 8);
  expect(multi?.pairs ?? []).not.toHaveLength(4949);
});

itLong("a hundred modalities are trained on, predicted with and reported", async () => {
  await writeFile(path.join(folder, "hundred.yaml"), stringify(config(100, "t.csv", "none")));
  await succeeds(["train", "hundred.yaml", "--out", "run", "--quiet"], folder);
  await succeeds(["predict", "run", "--data", "t.csv", "--out", "p.csv"], folder);
});

it("more than can be taken are refused before anything is read", async () => {
  await writeFile(path.join(folder, "products.yaml"), stringify(config(65, "absent.csv", "hadamard")));
  await writeFile(path.join(folder, "five.yaml"), stringify(config(500, "absent.csv", "none")));
  const dims = names(500).map(() => 1);
  const cov = Array.from({ length: 501 }, (_, i) => Array.from({ length: 501 }, (_, j) => (i === j ? 1 : 0)));
  await writeFile(path.join(folder, "cov.json"), JSON.stringify({ cov, dm: 1, dims }));
  const modalities = names(500).flatMap((name) => ["--modality", `${name}=${name}`]);
  const tried: [string[], string][] = [
    [["decompose", "--data", "absent.csv", "--target", "y", ...modalities], "500 modalities, at most 128 are taken"],
    [["decompose", "--covariance", "cov.json"], "500 modalities, at most 128 are taken"],
    [["train", "five.yaml"], "500 modalities, at most 128 are taken"],
    [["train", "products.yaml"], "65 modalities have 2080 products"],
    [["select", "five.yaml"], "500 modalities, at most 128 are taken"],
    [["ablate", "products.yaml"], "65 modalities have 2080 products"],
  ];
  for (const [args, message] of tried) {
    const { code, stderr } = await pidreg(args, folder);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  }
});
