/*
 * Tables of results.jsonl, written into README.md and into the README.md of the project.
 *   node experiments/modalities/summarise.mjs [--results results.jsonl] [--print]
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { isMain, readResults } from "../lib/pool.mjs";
import { fillSection, groupBy, mean, spread, table } from "../lib/statistics.mjs";
import { writeSummary } from "../lib/summary.mjs";

const bits = (value) => (value === undefined || value === null ? "" : value.toFixed(2));
const seedsOf = (cells) => (cells.length === 1 ? "1 seed" : `${cells.length} seeds`);
const of = (results, study, variant) =>
  results.filter((line) => line.study === study && line.variant === variant).sort((a, b) => a.seed - b.seed);

/** What models are called in the tables; others by their own name. */
const labels = {
  pidreg: "pidreg",
  late: "late fusion of the same encoders",
  concatenate: "concatenation of the same encoders",
  ridge: "ridge on means over blocks",
  mean: "mean of the training rows",
};

function labelOf(model) {
  if (model in labels) return labels[model];
  const [kind, modality] = model.split(".");
  return modality === undefined ? model : `${modality} alone${kind === "ridge" ? ", ridge" : ""}`;
}

/** Test errors of every model of some cells; a model that fewer cells have says how many. */
function errorTable(cells, columns) {
  const models = [...new Set(cells.flatMap(({ errors }) => Object.keys(errors)))];
  const rows = models.map((model) => {
    const own = cells.filter(({ errors }) => model in errors);
    const label = own.length === cells.length ? labelOf(model) : `${labelOf(model)} (${seedsOf(own)})`;
    return [
      label,
      ...columns.map(({ of: pick, digits }) =>
        shown(
          own.map((cell) => pick(cell, model)),
          digits,
        ),
      ),
    ];
  });
  return table(["model, test rows", ...columns.map(({ name }) => name)], rows);
}

const shown = (values, digits) => (values.includes(undefined) ? "" : spread(values, { digits }));
const rmse = { name: "RMSE", digits: 3, of: ({ errors }, model) => errors[model].test.rmse };
const mae = { name: "MAE", digits: 3, of: ({ errors }, model) => errors[model].test.mae };

/** Amounts that are compared, in this order. */
function amounts({ information, atoms }) {
  return {
    together: information.total,
    ...Object.fromEntries(Object.entries(information.byModality).map(([name, value]) => [`${name} alone`, value])),
    redundant: atoms.redundancy,
    ...Object.fromEntries(Object.entries(atoms.unique).map(([name, value]) => [`only ${name}`, value])),
    synergistic: atoms.synergy,
  };
}

/** Atoms of the test and the validation rows beside the truth. @param bar bits that they may be off */
function atomTable(cells, bar) {
  const rows = cells.flatMap((cell) => {
    const readings = [cell.truth, cell.validation, cell.test].map(amounts);
    return Object.keys(readings[0]).map((name) => {
      const [truth, ...found] = readings.map((reading) => reading[name]);
      const counted = cell.truth.counted === undefined ? [] : [bits(amounts(cell.truth.counted)[name])];
      return [
        `${cell.seed}`,
        name,
        bits(truth),
        ...counted,
        ...found.flatMap((value) => [bits(value), offText(value - truth, bar)]),
      ];
    });
  });
  const counted = cells[0].truth.counted === undefined ? [] : ["exact digits of the test rows"];
  return table(["seed", "bits", "truth", ...counted, "validation rows", "off", "test rows", "off"], rows);
}

/** A difference from the truth, and whether it is within what it may be. */
function offText(off, bar) {
  return `${off >= 0 ? "+" : ""}${off.toFixed(2)}, ${Math.abs(off) <= bar ? "within" : "beyond"} ${bar}`;
}

/** What a conditional density finds, where it was asked. */
function densityTable(cells) {
  const rows = cells.flatMap(({ seed, check, truth }) =>
    (check?.readings ?? []).map(({ modalities, gaussian, density }) => {
      const name = modalities.length === 1 ? modalities[0] : "together";
      const true_ = modalities.length === 1 ? truth.information.byModality[name] : truth.information.total;
      const error = ({ bits: value, standardError }) => `${bits(value)} ± ${bits(standardError)}`;
      return [`${seed}`, name, bits(true_), error(gaussian.heldOut), error(density)];
    }),
  );
  return table(["seed", "bits", "truth", "Gaussian, held out", "density, at least"], rows);
}

const named = {
  "sum-classes": "sum, 19 classes",
  "product-classes": "product, 37 classes",
  "difference-classes": "absolute difference, 10 classes",
  "redundant-classes": "redundant: both say the digit, 10 classes",
};

function digitSections(results) {
  const sum = of(results, "digits", "sum");
  const speaker = of(results, "digits", "speaker");
  const parts = [];
  if (sum.length > 0) {
    parts.push(`### The sum, ${seedsOf(sum)}`, errorTable(sum, [rmse, mae]));
    parts.push("The Gaussian reading, which is about the mean:", atomTable(sum, 0.15));
    if (sum.some(({ check }) => check)) parts.push("The density:", densityTable(sum));
  }
  if (speaker.length > 0) {
    parts.push(
      `### The sum, said by a speaker of no other part, ${seedsOf(speaker)}`,
      errorTable(speaker, [rmse, mae]),
    );
  }
  const detector = of(results, "digits", "detector");
  if (detector.length > 0) {
    parts.push(
      `### The sum, recordings read by a frozen voice detector, ${seedsOf(detector)}`,
      errorTable(detector, [rmse, mae]),
    );
  }
  for (const [variant, title] of Object.entries(named)) {
    const cells = of(results, "digits", variant);
    if (cells.length === 0) continue;
    const losses = [
      { name: "log loss, nats", digits: 3, of: ({ errors }, model) => errors[model].test.logLoss },
      { name: "balanced accuracy", digits: 3, of: ({ errors }, model) => errors[model].test.balancedAccuracy },
    ];
    parts.push(`### Digits: ${title}, ${seedsOf(cells)}`, errorTable(cells, losses), atomTable(cells, 0.15));
  }
  return parts;
}

function houseSections(results) {
  const titles = { trained: "convolutions that are trained", frozen: "fixed features" };
  return Object.entries(titles).flatMap(([variant, title]) => {
    const cells = of(results, "houses", variant);
    if (cells.length === 0) return [];
    const percent = { name: "error of the price, %", digits: 1, of: ({ percent: all }, model) => all[model] };
    return [
      `### Houses, ${title}, ${seedsOf(cells)}`,
      errorTable(cells, [percent, { ...rmse, name: "RMSE of the logarithm" }]),
    ];
  });
}

function applianceSections(results) {
  const titles = { columns: "values of the row", windows: "the 24 hours before", both: "both" };
  const rows = Object.entries(titles).flatMap(([variant, title]) => {
    const cells = of(results, "appliances", variant);
    const models =
      cells.length === 0 ? [] : ["pidreg", "ridge", ...(variant === "columns" ? ["nearest-in-time", "mean"] : [])];
    return models.map((model) => [
      model === "mean" || model === "nearest-in-time" ? "" : title,
      labelOf(model),
      shown(
        cells.map((cell) => cell.errors[model]?.test.rmse),
        1,
      ),
      shown(
        cells.map((cell) => cell.errors[model]?.test.mae),
        1,
      ),
      seedsOf(cells),
    ]);
  });
  return rows.length === 0
    ? []
    : ["### Appliances, test rows, Wh", table(["what is read", "model", "RMSE", "MAE", "seeds"], rows)];
}

function phantomSections(results) {
  const cells = of(results, "phantoms", "default");
  if (cells.length === 0) return [];
  return [`### Phantoms, ${seedsOf(cells)}`, errorTable(cells, [rmse, mae]), atomTable(cells, 0.1)];
}

/** All tables of the study. */
export function summarise(results) {
  const sections = [digitSections, houseSections, applianceSections, phantomSections].flatMap((make) => make(results));
  const seconds = [...groupBy(results, ({ study, variant }) => `${study}, ${variant}`)].map(([name, cells]) => {
    const known = cells.flatMap(({ cpuSeconds }) => cpuSeconds ?? []);
    return known.length === 0 ? [] : `${name}: ${mean(known).toFixed(0)}`;
  });
  return [...sections, `CPU seconds of a cell, with the networks beside it: ${seconds.flat().join("; ")}.`].join(
    "\n\n",
  );
}

/** The short table of the project's README. */
export function headlines(results) {
  const rows = [];
  const add = (label, study, variant, columns) => {
    const cells = of(results, study, variant);
    if (cells.length > 0) rows.push([label, ...columns(cells), seedsOf(cells)]);
  };
  const error = (cells, model, pick, digits) => {
    const own = cells.filter(({ errors }) => model in errors);
    if (own.length === 0) return "";
    const values = own.map((cell) => pick(cell, model));
    return own.length < cells.length ? `${shown(values, digits)} (${seedsOf(own)})` : shown(values, digits);
  };
  const alone = (cells, pick, digits) =>
    Object.keys(cells[0].errors)
      .filter((model) => model.startsWith("unimodal."))
      .map((model) => `${model.slice("unimodal.".length)} ${error(cells, model, pick, digits)}`)
      .join(", ");
  const row = (pick, digits) => (cells) => [
    error(cells, "pidreg", pick, digits),
    error(cells, "concatenate", pick, digits),
    error(cells, "late", pick, digits),
    alone(cells, pick, digits),
    error(cells, "ridge", pick, digits),
    error(cells, "mean", pick, digits),
  ];
  const test = ({ errors }, model) => errors[model].test.rmse;
  const price = ({ percent }, model) => percent[model];
  add("sum of a written and a spoken digit, 0 to 18, RMSE", "digits", "sum", row(test, 2));
  add("the same, mean of the probabilities of classes", "digits", "sum-classes", (cells) => [
    shown(
      cells.map(({ expectedRmse }) => expectedRmse),
      2,
    ),
    ...["", "", "", "", ""],
  ]);
  add("said by a speaker not trained on", "digits", "speaker", row(test, 2));
  add("recordings read by a frozen voice detector", "digits", "detector", row(test, 2));
  add("house price, %: table, photographs read by convolutions", "houses", "trained", row(price, 1));
  add("house price, %: table, fixed features of photographs", "houses", "frozen", row(price, 1));
  add("appliances, Wh, RMSE: sensors now", "appliances", "columns", row(test, 1));
  add("their 24 hours before", "appliances", "windows", row(test, 1));
  add("both", "appliances", "both", row(test, 1));
  add("made volumes and a table, RMSE", "phantoms", "default", row(test, 3));
  return table(
    [
      "target: modalities",
      "pidreg",
      "concatenation",
      "late fusion",
      "each alone",
      "ridge on block means",
      "mean",
      "seeds",
    ],
    rows,
  );
}

if (isMain(import.meta.url)) {
  await writeSummary(import.meta.url, summarise);
  if (!process.argv.includes("--print")) {
    const [readme, results] = ["../../README.md", "results.jsonl"].map((name) =>
      fileURLToPath(new URL(name, import.meta.url)),
    );
    const text = fillSection(await readFile(readme, "utf8"), "modalities", headlines(await readResults(results)));
    await writeFile(readme, text);
  }
}
