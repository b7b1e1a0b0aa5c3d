/*
 * Tables of results.jsonl, written into README.md.
 *   node experiments/synthetic-truth/summarise.mjs [--results results.jsonl] [--print]
 */
import { isMain } from "../lib/pool.mjs";
import { deviation, groupBy, mean, spread, table } from "../lib/statistics.mjs";
import { writeSummary } from "../lib/summary.mjs";

/** Half width of a 95 % interval, in standard errors. */
const z95 = 1.96;

/** Every number of a result as [name, estimate, standard error, truth, what a perfect regression reports]. */
export function numbersOf({ atoms: { values, standardErrors }, truth, regression }) {
  const read = (of) => [
    ...Object.keys(values.byModality).map((name, k) => [`I${k + 1}`, of.byModality[name]]),
    ["I", of.total],
    ...Object.keys(values.unique).map((name, k) => [`u${k + 1}`, of.unique[name]]),
    ["r", of.redundancy],
    ["s", of.synergy],
    ...(Object.keys(values.unique).length > 2 ? [["part", of.partialRedundancy]] : []),
  ];
  const [errors, truths, regressions] = [standardErrors, truth, regression].map(read);
  return read(values).map(([name, value], i) => ({
    name,
    value,
    standardError: errors[i][1],
    truth: truths[i][1],
    regression: regressions[i][1],
  }));
}

/** Errors of every number of a group of results of one generator, noise and size. */
export function describeGroup(results) {
  const all = results.flatMap(numbersOf);
  return [...groupBy(all, ({ name }) => name)].map(([name, numbers]) => ({
    name,
    truth: mean(numbers.map(({ truth }) => truth)),
    regression: mean(numbers.map(({ regression }) => regression)),
    fromTruth: numbers.map(({ value, truth }) => value - truth),
    fromRegression: numbers.map(({ value, regression }) => value - regression),
    covered: numbers.filter((n) => n.regression !== 0 || n.value !== 0).map(covers),
  }));
}

/** Whether the 95 % interval holds what a perfect regression reports; values of exactly 0 on both sides do not count. */
function covers({ value, standardError, regression }) {
  return Math.abs(value - regression) <= z95 * standardError + 1e-9;
}

function informationTable(groups) {
  const rows = [...groups].map(([key, results]) => {
    const described = describeGroup(results).filter(({ name }) => name.startsWith("I"));
    const cells = described.map(({ name, truth, regression, fromRegression }) => {
      const exact = truth === regression ? truth.toFixed(2) : `${truth.toFixed(2)} (${regression.toFixed(2)})`;
      return `${name} ${exact}: ${spread(fromRegression, { signed: true })}`;
    });
    return [key, results.length, cells.join("<br>"), spread(results.map(({ test }) => test.r2))];
  });
  return table(["generator", "runs", "information: truth (regression): error ± sd, bits", "test R2"], rows);
}

function atomTable(groups) {
  const rows = [...groups].map(([key, results]) => {
    const atoms = describeGroup(results).filter(({ name }) => !name.startsWith("I"));
    const names = Object.keys(results[0].weights);
    return [
      key,
      atoms
        .map(({ name, regression, fromRegression }) => {
          return `${name} ${regression.toFixed(2)}: ${spread(fromRegression, { signed: true })}`;
        })
        .join("<br>"),
      names.map((name) => `${name} ${spread(results.map(({ weights }) => weights[name]))}`).join("<br>"),
    ];
  });
  return table(["generator", "atoms: regression truth: error ± sd, bits", "fusion weights ± sd"], rows);
}

function coverageLine(groups) {
  const all = [...groups.values()].flatMap((results) => describeGroup(results));
  const share = (list) => `${((100 * list.filter(Boolean).length) / list.length).toFixed(0)} % of ${list.length}`;
  const of = (filter) => share(all.filter(filter).flatMap(({ covered }) => covered));
  return (
    `95 % intervals hold the value of a perfect regression: information ${of(({ name }) => name.startsWith("I"))}, ` +
    `atoms ${of(({ name }) => !name.startsWith("I"))} intervals.`
  );
}

/** The bars that the study sets itself, at n = 5000 and noise ratio 0.3. */
export function checkBars(results) {
  const groups = groupBy(
    results.filter(({ rows, noise }) => rows === 5000 && noise === 0.3),
    ({ generator }) => generator,
  );
  const lines = [];
  const bar = (text, measured, good) => lines.push([text, measured, good ? "yes" : "no"]);
  for (const name of ["S1", "S2n", "S5", "S6"]) {
    for (const number of describeGroup(groups.get(name) ?? []).filter((n) => n.name.startsWith("I"))) {
      const error = mean(number.fromTruth);
      const regression = mean(number.fromRegression);
      const text = error === regression ? "" : ` (from a perfect regression ${regression.toFixed(3)})`;
      bar(`${name} ${number.name} within 0.10 bits`, `${error.toFixed(3)}${text}`, Math.abs(error) <= 0.1);
    }
  }
  for (const number of describeGroup(groups.get("S0") ?? []).filter((n) => n.name.startsWith("I"))) {
    const error = mean(number.fromTruth);
    bar(`S0 ${number.name} at most 0.03 bits`, error.toFixed(3), error <= 0.03);
  }
  const weight = (name, term) => mean(groups.get(name).map(({ weights }) => weights[term]));
  if (groups.has("S3"))
    bar(
      "S3 weight of the product at least 0.9",
      weight("S3", "alpha*beta").toFixed(3),
      weight("S3", "alpha*beta") >= 0.9,
    );
  if (groups.has("S6"))
    bar("S6 weight of alpha at least 0.95", weight("S6", "alpha").toFixed(3), weight("S6", "alpha") >= 0.95);
  const spreads = [...groups].flatMap(([name, group]) =>
    Object.keys(group[0].weights).map((term) => ({
      name,
      term,
      sd: deviation(group.map(({ weights }) => weights[term])),
    })),
  );
  const widest = spreads.filter(({ sd }) => sd !== null).sort((a, b) => b.sd - a.sd)[0];
  if (widest !== undefined) {
    bar(
      "sd of each weight over seeds at most 0.06",
      `${widest.sd.toFixed(3)} (${widest.name}, ${widest.term})`,
      widest.sd <= 0.06,
    );
  }
  return table(["bar", "measured, mean over seeds", "met"], lines);
}

/** All tables as Markdown. */
export function summarise(results) {
  const groups = groupBy(results, ({ generator, rows, noise }) => `${generator}, n = ${rows}, noise ${noise}`);
  return [checkBars(results), informationTable(groups), atomTable(groups), coverageLine(groups)].join("\n\n");
}

if (isMain(import.meta.url)) await writeSummary(import.meta.url, summarise);
