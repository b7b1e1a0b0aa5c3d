/*
 * Tables of results.jsonl, written into README.md.
 *   node experiments/synthetic-truth/summarise.mjs [--results results.jsonl] [--print]
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { isMain, readResults } from "../lib/pool.mjs";
import { deviation, fillSection, groupBy, mean, spread, table } from "../lib/statistics.mjs";
import { writeSummary } from "../lib/summary.mjs";
import { intervalTable } from "./intervals.mjs";

/** Half width of a 95 % interval of the held-out rows' noise alone, in standard errors. */
const z95 = 1.96;

/** Every number of a result: estimate, standard error, interval, truth, what a perfect regression reports. */
export function numbersOf({ atoms: { values, standardErrors, lower, upper }, truth, regression }) {
  const read = (of) => [
    ...Object.keys(values.byModality).map((name, k) => [`I${k + 1}`, of.byModality[name]]),
    ["I", of.total],
    ...Object.keys(values.unique).map((name, k) => [`u${k + 1}`, of.unique[name]]),
    ["r", of.redundancy],
    ["s", of.synergy],
    ...(Object.keys(values.unique).length > 2 ? [["part", of.partialRedundancy]] : []),
  ];
  const [errors, lows, highs, truths, regressions] = [standardErrors, lower, upper, truth, regression].map(read);
  return read(values).map(([name, value], i) => ({
    name,
    value,
    standardError: errors[i][1],
    interval: [lows[i][1], highs[i][1]],
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
    covered: judged(numbers).map(
      ({ interval: [low, high], regression }) =>
        low <= regression + rounding && (high === null || regression <= high + rounding),
    ),
    coveredByNoise: judged(numbers).map(
      ({ value, standardError, regression }) => Math.abs(value - regression) <= z95 * standardError + rounding,
    ),
  }));
}

/** Amount that no interval is missed by, bits. */
const rounding = 1e-9;

/** Values of exactly 0 in estimate and truth say nothing about intervals. */
function judged(numbers) {
  return numbers.filter(({ value, regression }) => value !== 0 || regression !== 0);
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

/** Share of 95 % intervals that hold the value of a perfect regression, by size and noise; the hard ones also alone. */
function coverageTable(groups) {
  const all = [...groups.values()].flat();
  const cellOf = ({ rows, noise }) => `n = ${rows}, noise ${noise}`;
  const parts = [
    ["", all.filter(({ generator }) => generator !== "S7")],
    ["S4 of these, ", all.filter(({ generator }) => generator === "S4")],
    ["S7, ", all.filter(({ generator }) => generator === "S7")],
  ];
  const kinds = [(name) => name === "I", (name) => /^I./.test(name), (name) => !name.startsWith("I")];
  const rows = parts.flatMap(([part, chosen]) =>
    [...groupBy(chosen, cellOf)].map(([cell, results]) => {
      const described = [...groupBy(results, ({ generator }) => generator).values()].flatMap(describeGroup);
      const shares = (read) => kinds.map((filter) => share(described.filter(({ name }) => filter(name)).flatMap(read)));
      return [`${part}${cell}`, ...shares(({ covered }) => covered), ...shares(({ coveredByNoise }) => coveredByNoise)];
    }),
  );
  const names = ["I of all", "I of one modality", "atoms"];
  const head = ["95 % intervals that hold it", ...names, ...names.map((name) => `held-out noise alone: ${name}`)];
  return table(head, rows);
}

function share(held) {
  if (held.length === 0) return "";
  return `${((100 * held.filter(Boolean).length) / held.length).toFixed(0)} % of ${held.length}`;
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

/** What the network's own reading adds to the total on test rows, beyond sums and products of latents. */
function readingTable(groups) {
  const known = [...groups].filter(([, results]) => results.every((r) => r.testWithoutNetwork !== null));
  const rows = known.map(([key, results]) => [
    key,
    results[0].regression.total.toFixed(2),
    spread(results.map(({ testWithoutNetwork }) => testWithoutNetwork)),
    spread(results.map(({ testAtoms }) => testAtoms.values.total)),
  ]);
  return table(["generator", "I: regression truth", "sums and products", "with the network's prediction"], rows);
}

/** Other settings: total on test rows, paired with the run of the same seed in the settings of the study. */
function variantTable(variants, results) {
  const cellOf = ({ generator, rows, noise }) => `${generator}, n = ${rows}, noise ${noise}`;
  const rows = [...groupBy(variants, (v) => `${v.set.join(" ")} | ${cellOf(v)}`)].flatMap(([key, group]) => {
    const pairs = group.flatMap((variant) => {
      const base = results.find((r) => cellOf(r) === cellOf(variant) && r.seed === variant.seed);
      return base === undefined ? [] : [{ variant, base }];
    });
    if (pairs.length === 0) return [];
    const change = (read) =>
      spread(
        pairs.map(({ variant, base }) => read(variant) - read(base)),
        { signed: true },
      );
    const [settings, cell] = key.split(" | ");
    const total = ({ testAtoms }) => testAtoms.values.total;
    return [[`\`${settings}\``, cell, pairs.length, change(total), change(({ test }) => test.r2)]];
  });
  return table(["setting", "generator", "pairs", "change of I on test rows, bits", "change of test R2"], rows);
}

/** All tables as Markdown. */
export function summarise(all) {
  const plain = all.filter(({ set }) => set.length === 0);
  const results = plain.length > 0 ? plain : all;
  const variants = plain.length > 0 ? all.filter(({ set }) => set.length > 0) : [];
  const groups = groupBy(results, ({ generator, rows, noise }) => `${generator}, n = ${rows}, noise ${noise}`);
  const parts = [
    ["Bars, at n = 5000 and noise ratio 0.3", checkBars(results)],
    ["Information", informationTable(groups)],
    ["Atoms and weights", atomTable(groups)],
    ["Intervals", coverageTable(groups)],
    ["The network's own reading", readingTable(groups)],
    ...(variants.length === 0 ? [] : [["Other settings", variantTable(variants, results)]]),
  ];
  return parts.map(([title, text]) => `### ${title}\n\n${text}`).join("\n\n");
}

if (isMain(import.meta.url)) {
  await writeSummary(import.meta.url, summarise);
  if (!process.argv.includes("--print")) {
    const readme = fileURLToPath(new URL("README.md", import.meta.url));
    const lines = await readResults(fileURLToPath(new URL("intervals.jsonl", import.meta.url)));
    await writeFile(readme, fillSection(await readFile(readme, "utf8"), "intervals", intervalTable(lines)));
  }
}
