/*
 * Tables of results.jsonl, written into README.md.
 *   node experiments/leakage/summarise.mjs [--results results.jsonl] [--print]
 */
import { isMain } from "../lib/pool.mjs";
import { groupBy, mean, spread, table } from "../lib/statistics.mjs";
import { writeSummary } from "../lib/summary.mjs";

/** Mean over both directions of the R2 of a probe. */
function probed({ probes }, kind, model) {
  const scores = Object.entries(probes).filter(([name]) => name.startsWith(`${kind}.`));
  return mean(scores.map(([, score]) => score[model]));
}

/** Mean over the modalities of the loss at the end of training. */
function lossValue({ lossTerms }) {
  const values = Object.entries(lossTerms).filter(([name]) => name.startsWith("independence."));
  return values.length === 0 ? null : mean(values.map(([, value]) => value));
}

function armRow(results) {
  const atoms = (read) => spread(results.map(({ testAtoms }) => read(testAtoms.values)));
  const { loss, weight } = results[0];
  const values = results.map(lossValue);
  return [
    loss === "none" ? "none" : `${loss}, ${weight}`,
    values.includes(null) ? "" : spread(values, { digits: 4 }),
    spread(results.map((result) => probed(result, "z", "ridge"))),
    spread(results.map((result) => probed(result, "z", "mlp"))),
    spread(results.map(({ test }) => test.rmse)),
    atoms(({ total }) => total),
    atoms(({ unique }) => Object.values(unique).reduce((a, b) => a + b, 0)),
    atoms(({ redundancy }) => redundancy),
    atoms(({ synergy }) => synergy),
  ];
}

/** Difference to the run of the same seed without the loss, mean and sd over seeds. */
function pairedRow(results, none) {
  const { loss, weight } = results[0];
  const reference = (seed) => none.find((result) => result.seed === seed);
  const paired = results.filter(({ seed }) => reference(seed) !== undefined);
  const difference = (read, digits = 3) =>
    spread(
      paired.map((result) => read(result) - read(reference(result.seed))),
      { signed: true, digits },
    );
  const relative = paired.map(({ seed, test }) => 100 * (test.rmse / reference(seed).test.rmse - 1));
  return [
    `${loss}, ${weight}`,
    difference((result) => probed(result, "z", "mlp")),
    `${spread(relative, { signed: true, digits: 1 })} %`,
    difference(({ testAtoms }) => testAtoms.values.total),
    difference(({ testAtoms }) => testAtoms.values.redundancy),
    difference(({ testAtoms }) => testAtoms.values.synergy),
  ];
}

const losses = ["none", "conditional", "cross", "latent"];

export function summarise(unordered) {
  const results = [...unordered].sort((a, b) => losses.indexOf(a.loss) - losses.indexOf(b.loss) || a.weight - b.weight);
  return [...groupBy(results, (result) => result.table)]
    .map(([name, all]) => {
      const arms = [...groupBy(all, ({ loss, weight }) => `${loss} ${weight}`).values()];
      const none = all.filter(({ loss }) => loss === "none");
      const ceiling = none.map((result) => probed(result, "x", "mlp"));
      const ridge = none.map((result) => probed(result, "x", "ridge"));
      return [
        `### ${name}`,
        `From the modality's own inputs instead of its latent: ridge ${spread(ridge)}, perceptron ${spread(ceiling)}.`,
        table(
          [
            "loss, weight",
            "its value",
            "ridge R2",
            "MLP R2",
            "test RMSE",
            "I, bits",
            "unique",
            "redundancy",
            "synergy",
          ],
          arms.map(armRow),
        ),
        "Paired with the run of the same seed without the loss:",
        table(
          ["loss, weight", "MLP R2", "test RMSE", "I, bits", "redundancy", "synergy"],
          arms.filter(([{ loss }]) => loss !== "none").map((arm) => pairedRow(arm, none)),
        ),
      ].join("\n\n");
    })
    .join("\n\n");
}

if (isMain(import.meta.url)) await writeSummary(import.meta.url, summarise);
