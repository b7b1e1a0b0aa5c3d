/*
 * Tables of results.jsonl, written into README.md.
 *   node experiments/gaussianity/summarise.mjs [--results results.jsonl] [--print]
 */
import { isMain } from "../lib/pool.mjs";
import { groupBy, mean, spread, table } from "../lib/statistics.mjs";
import { writeSummary } from "../lib/summary.mjs";

const nameOf = ({ each, joint }) =>
  each === 0 && joint === 0 ? "none" : each > 0 ? `each, ${each}` : `joint, ${joint}`;

function armRow(results, none) {
  const of = (read, options) => spread(results.map(read), options);
  const reference = (seed) => none.find((result) => result.seed === seed);
  const paired = results.filter(({ seed }) => reference(seed) !== undefined);
  const relative = paired.map(({ seed, test }) => 100 * (test.rmse / reference(seed).test.rmse - 1));
  return [
    nameOf(results[0]),
    of(({ normality }) => normality.shapiroFrancia, { digits: 4 }),
    of(({ normality }) => 100 * normality.departing, { digits: 0 }),
    of(({ normality }) => normality.eppsPulley, { digits: 2 }),
    of(({ normality }) => 100 * normality.eppsPulleyDeparting, { digits: 0 }),
    of(({ normality }) => normality.radius, { digits: 4 }),
    of(({ test }) => test.rmse),
    `${spread(relative, { signed: true, digits: 1 })} %`,
  ];
}

/** Error of the atoms on the test part against what perfect regressions report, where that is known. */
function atomRow(results) {
  const keys = ["total", "redundancy", "synergy"];
  const errors = (read) =>
    spread(
      results.map(({ testAtoms, regression }) => read(testAtoms.values) - read(regression)),
      { signed: true },
    );
  const absolute = results.map(({ testAtoms, regression }) =>
    mean([
      ...keys.map((key) => Math.abs(testAtoms.values[key] - regression[key])),
      ...Object.keys(regression.unique).map((name) =>
        Math.abs(testAtoms.values.unique[name] - regression.unique[name]),
      ),
    ]),
  );
  return [nameOf(results[0]), ...keys.map((key) => errors((values) => values[key])), spread(absolute)];
}

export function summarise(unordered) {
  const results = [...unordered].sort(
    (a, b) => Number(a.joint > 0) - Number(b.joint > 0) || a.each - b.each || a.joint - b.joint,
  );
  return [...groupBy(results, (result) => result.table)]
    .map(([name, all]) => {
      const arms = [...groupBy(all, nameOf).values()];
      const none = all.filter((result) => nameOf(result) === "none");
      const known = all[0].regression !== null;
      return [
        `### ${name}`,
        table(
          [
            "loss, weight",
            "Shapiro-Francia W",
            "coordinates it rejects, %",
            "Epps-Pulley",
            "coordinates it rejects, %",
            "W of the radius",
            "test RMSE",
            "paired change",
          ],
          arms.map((arm) => armRow(arm, none)),
        ),
        ...(known
          ? [
              "Error of the atoms on the test part, bits:",
              table(
                ["loss, weight", "total", "redundancy", "synergy", "mean absolute error of all"],
                arms.map(atomRow),
              ),
            ]
          : []),
      ].join("\n\n");
    })
    .join("\n\n");
}

if (isMain(import.meta.url)) await writeSummary(import.meta.url, summarise);
