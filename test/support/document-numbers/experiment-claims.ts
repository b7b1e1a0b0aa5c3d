import { mean } from "../../../src/math/descriptive.js";
import { readDocument } from "../documents.js";
import { cells, deviationText, errorsOf, type Line, linesOf, meanText, relative, runsOf } from "./results.js";
import type { Claim } from "./scan.js";

const bits = (value: number, digits = 2) => value.toFixed(digits);
const low = (percent: number, digits = 0) => (-percent).toFixed(digits);

const accuracy = (says: string, ...values: readonly (string | number)[]): Claim => ({
  ...{ document: "experiments/accuracy/README.md", says, values },
});

function triedErrors(settings: string, seeds: readonly number[]): number[] {
  const lines = linesOf("accuracy/tried.jsonl").filter(
    (line) => line.study === "brain-age" && line.set.join(" ") === settings && seeds.includes(line.seed),
  );
  if (lines.length !== seeds.length) throw new Error(`${settings}: ${lines.length} of ${seeds.length} seeds`);
  return lines.sort((a, b) => a.seed - b.seed).map(({ test }) => test);
}

const wide = "model.encoder.hidden=[512,256] model.predictor.hidden=[512,256]";
const first = [1, 2, 3];
const eleven = [...first, 11, 12, 13, 14, 15, 16, 17, 18];
const each = (values: readonly number[]) => values.map((value) => value.toFixed(2));
const ownOfEleven = [...errorsOf("brain-age", "pidreg"), ...triedErrors("", eleven.slice(3))];

/** Test RMSE of today's default, or of a network beside it, mean over seeds. */
function today(study: string, model = "pidreg"): number {
  const lines = linesOf("accuracy/now.jsonl").filter((line) => line.study === study);
  return mean(lines.map(({ errors }) => errors[model].test.overall.rmse));
}

/** How much more today's default errs than the longer trainings, per cent. */
const moreThanLonger = (study: string) => (100 * (today(study) / mean(errorsOf(study, "pidreg")) - 1)).toFixed(1);

const lessThanLonger = (study: string) => (-Number(moreThanLonger(study))).toFixed(1);

/** How much less today's default errs than its network alone, per cent. */
function offNetwork(study: string): string {
  const lines = linesOf("accuracy/now.jsonl").filter((line) => line.study === study);
  return (100 * (1 - today(study) / mean(lines.map(({ network }) => network.test.overall.rmse)))).toFixed(1);
}

/** How much more the one network on all features errs than pidreg, per cent, or less. */
const mlpToday = (study: string, digits = 0) =>
  Math.abs(100 * (today(study, "mlp") / today(study) - 1)).toFixed(digits);

/** Test RMSE of the network alone on later years, by seed. */
const laterYears = (...set: readonly string[]) =>
  linesOf("accuracy/years.jsonl")
    .filter((line) => line.set.join() === ["model.neighbours=off", ...set].join())
    .map(({ test }) => test.toFixed(2));

/** Numbers in the sentences of experiments/accuracy/README.md. */
export const accuracyClaims: readonly Claim[] = [
  accuracy("**Gas turbine** errs {} % less, at every seed", lessThanLonger("gas-turbine")),
  accuracy("near training rows take {} % off what the network errs by", offNetwork("gas-turbine")),
  accuracy("**Appliances** err {} % less, all of it by near rows", lessThanLonger("appliances")),
  accuracy("on later years gas turbine errs {} % more", moreThanLonger("gas-turbine-years")),
  accuracy(
    "gain nor cost anything there ({} % off its network)",
    Math.abs(Number(offNetwork("gas-turbine-years"))).toFixed(1),
  ),
  accuracy("On later weeks appliances err {} % less", lessThanLonger("appliances-later")),
  accuracy("**Superconductivity** errs {} % less", lessThanLonger("superconductivity")),
  accuracy("**Brain age** errs {} % less, at every seed", lessThanLonger("brain-age")),
  accuracy("At unseen sites it errs {} % more, within", moreThanLonger("brain-age-sites")),
  accuracy("superconductivity errs {} % more", moreThanLonger("superconductivity-grouped")),
  accuracy(
    "Its network alone errs {} and {} at seeds # and #, with ranks of columns {} and {}, with dropout of # {} (seed #)",
    ...laterYears(),
    ...laterYears("data.inputs.preparation=quantile"),
    ...laterYears("model.encoder.dropout=0.15", "model.predictor.dropout=0.15"),
  ),
  accuracy(
    "errs less than pidreg on brain age ({} %), at unseen sites ({} %) and on NHANES ({} %), more on gas turbine ({} %), appliances ({} %) and superconductivity ({} %)",
    ...[mlpToday("brain-age", 1), mlpToday("brain-age-sites", 1), mlpToday("nhanes", 1)],
    ...[mlpToday("gas-turbine"), mlpToday("appliances"), mlpToday("superconductivity")],
  ),
  accuracy(
    "**Brain age**: {} ± {} years, an ensemble of five {}; {} % below one network on everything, a quarter below boosting",
    ...[meanText(errorsOf("brain-age", "pidreg"), 2), deviationText(errorsOf("brain-age", "pidreg"), 2)],
    ...[meanText(errorsOf("brain-age", "ensemble"), 2), low(relative("brain-age", "mlp"))],
  ),
  accuracy(
    "they have {}, the default {}, and five of them together {}: within the aim, though not at seeds # to # ({} and {})",
    ...[meanText(triedErrors(wide, eleven), 2), meanText(ownOfEleven, 2)],
    meanText(triedErrors(`${wide} ensemble=5`, eleven), 2),
    ...[meanText(triedErrors(wide, first), 2), meanText(triedErrors(`${wide} ensemble=5`, first), 2)],
  ),
  accuracy(
    "at unseen sites they erred {} % more on the one split tried",
    ((): string => {
      const [line] = linesOf("accuracy/tried.jsonl").filter((entry) => entry.study === "brain-age-sites");
      return (100 * (line.test / errorsOf("brain-age-sites", "pidreg")[line.seed - 1] - 1)).toFixed(0);
    })(),
  ),
  accuracy(
    "**Unseen sites**: {} against {} years at sites that trained, with a standard deviation of {} between splits. pidreg is {} % " +
      "below one network on everything and {} % below equal weights",
    ...[meanText(errorsOf("brain-age-sites", "pidreg"), 2), meanText(errorsOf("brain-age", "pidreg"), 2)],
    deviationText(errorsOf("brain-age-sites", "pidreg"), 1),
    ...[low(relative("brain-age-sites", "mlp")), low(relative("brain-age-sites", "equal"))],
  ),
  accuracy(
    "**Gas turbine**: {} mg/m3, {} % below tuned boosting and {} % below one network on everything",
    meanText(errorsOf("gas-turbine", "pidreg"), 2),
    ...[low(relative("gas-turbine", "boosting")), low(relative("gas-turbine", "mlp"), 1)],
  ),
  accuracy(
    "networks and boosting err alike ({} to {}) and ridge regression less ({})",
    ...(() => {
      const models = ["pidreg", "mlp", "equal", "boosting"].map((name) => mean(errorsOf("gas-turbine-years", name)));
      return [Math.min(...models).toFixed(1), Math.max(...models).toFixed(1)];
    })(),
    meanText(errorsOf("gas-turbine-years", "ridge"), 1),
  ),
  accuracy(
    "NOX is known to {}, {} % worse than by itself",
    meanText(errorsOf("gas-turbine-two", "pidreg", "NOX"), 2),
    (
      100 *
      (mean(errorsOf("gas-turbine-two", "pidreg", "NOX")) / mean(errorsOf("gas-turbine", "pidreg", "NOX")) - 1)
    ).toFixed(0),
  ),
  accuracy(
    "**Superconductivity**: {} ± {} K; the splits differ ({}, {}, {})",
    meanText(errorsOf("superconductivity", "pidreg"), 2),
    deviationText(errorsOf("superconductivity", "pidreg"), 2),
    ...each(errorsOf("superconductivity", "pidreg")),
  ),
  accuracy(
    "boosting, tuned over the same splits, comes to {}. An ensemble of five has {}, {} % above the aim of #",
    meanText(errorsOf("superconductivity", "boosting"), 2),
    meanText(errorsOf("superconductivity", "ensemble"), 2),
    (100 * (mean(errorsOf("superconductivity", "ensemble")) / 8.8 - 1)).toFixed(1),
  ),
  accuracy(
    "the error is {}, {} % larger, that of boosting {}",
    meanText(errorsOf("superconductivity-grouped", "pidreg"), 2),
    (
      100 *
      (mean(errorsOf("superconductivity-grouped", "pidreg")) / mean(errorsOf("superconductivity", "pidreg")) - 1)
    ).toFixed(0),
    meanText(errorsOf("superconductivity-grouped", "boosting"), 2),
  ),
  accuracy(
    "**NHANES**: within # % of one network on everything, {} % below tuned boosting, as an ensemble of five {} %",
    low(relative("nhanes", "boosting"), 1),
    low(relative("nhanes", "boosting", undefined, "ensemble"), 1),
  ),
  accuracy(
    "lower than both: {} against {} Wh",
    meanText(errorsOf("appliances", "nearest-in-time"), 1),
    meanText(errorsOf("appliances", "pidreg"), 1),
  ),
  accuracy(
    "On the **later weeks** pidreg errs {}, networks between {} and {}, the training mean {} and ridge regression {}",
    ...["pidreg", "equal", "mlp", "mean", "ridge"].map((model) => meanText(errorsOf("appliances-later", model), 1)),
  ),
  accuracy(
    "what is known together falls from {} to {} bits",
    ...["appliances", "appliances-later"].map((study) =>
      mean(runsOf(study).map(({ information }) => information.total)).toFixed(2),
    ),
  ),
  accuracy(
    "The hours before and after come to {}, which on rows drawn at random is {} % above pidreg",
    meanText(errorsOf("gas-turbine", "nearest-in-time"), 2),
    (100 * (mean(errorsOf("gas-turbine", "nearest-in-time")) / mean(errorsOf("gas-turbine", "pidreg")) - 1)).toFixed(0),
  ),
  accuracy("the last hours known are of no use ({})", meanText(errorsOf("gas-turbine-years", "nearest-in-time"), 1)),
  {
    document: "README.md",
    says: "networks err as the mean of the training rows does ({})",
    values: [meanText(errorsOf("appliances-later", "mean"), 1)],
  },
  accuracy("Without body measures the error is {}", meanText(errorsOf("nhanes-two", "pidreg"), 2)),
  accuracy(
    "within # % of equal ones on large tables except appliances ({} % lower) and CO beside NOX ({} % higher)",
    low(relative("appliances", "equal")),
    relative("gas-turbine-two", "equal", "CO").toFixed(0),
  ),
];

const truth = (says: string, ...values: readonly (string | number)[]): Claim => ({
  ...{ document: "experiments/synthetic-truth/README.md", says, values },
});
const run = (generator: string, more: object = {}) =>
  cells("synthetic-truth", { generator, rows: 5000, noise: 0.3, ...more });
const off = (lines: readonly Line[], key = "total") =>
  mean(lines.map(({ atoms, regression }) => atoms.values[key] - regression[key]));
const total = (lines: readonly Line[]) => mean(lines.map(({ atoms }) => atoms.values.total));
const small = { rows: 800 };
const brief = "training.stage1.maxEpochs=40 training.stage2.maxEpochs=100 training.stage2.patience=30";
const lessDropout = "model.encoder.dropout=0.15 model.predictor.dropout=0.15";
const range = (values: readonly number[], digits: number) => [
  Math.min(...values).toFixed(digits),
  Math.max(...values).toFixed(digits),
];

/** What the network's own reading finds beside sums and products of latents, bits. */
function ofNetwork(generator: string, more: object = {}): string {
  const lines = run(generator, more);
  return mean(lines.map(({ testAtoms, testWithoutNetwork }) => testAtoms.values.total - testWithoutNetwork)).toFixed(1);
}

/** Bits of the test rows that less dropout loses, pair by pair. */
function lostWithLessDropout(generator: string): number {
  const full = run(generator, small);
  const pairs = run(generator, { ...small, set: lessDropout }).map((line) => {
    const same = full.find(({ seed }) => seed === line.seed);
    return same.testAtoms.values.total - line.testAtoms.values.total;
  });
  return mean(pairs);
}

const s5 = run("S5");
const s5Alone = (of: "truth" | "regression") =>
  mean(s5.map((line) => line[of].byModality.alpha - line.atoms.values.byModality.alpha));
const s4Brief = run("S4", { ...small, set: brief }).map(({ weights }) => weights["alpha*beta"]);

/** Numbers in the sentences of experiments/synthetic-truth/README.md. */
export const truthClaims: readonly Claim[] = [
  truth(
    "I1 of S5 is {} bits below Shannon's information. {} of them no regression can see",
    bits(s5Alone("truth")),
    bits(mean(s5.map(({ truth: t, regression }) => t.byModality.alpha - regression.byModality.alpha)), 3),
  ),
  truth("From what a perfect regression reports it is {} away", bits(s5Alone("regression"), 3)),
  truth(
    "the total is {} to {} bits low where a product",
    ...(() => {
      const values = ["S1", "S3", "S4", "S5", "S1x3", "S5x3"].map((name) => -off(run(name)));
      return [Math.min(...values).toFixed(2), Number(Math.max(...values).toFixed(1))];
    })(),
  ),
  truth(
    "finds {} bits more of S3, {} more of S4 and {} more of S3 at noise ratio #",
    ...[ofNetwork("S3"), ofNetwork("S4"), ofNetwork("S3", { noise: 0.1 })],
  ),
  truth(
    "the synergy reported is {} bits at n = # and at most {} at n = #",
    ...[run("S7"), run("S7", small)].map((lines) =>
      Math.max(...lines.map(({ atoms }) => atoms.values.synergy)).toFixed(2),
    ),
  ),
  truth(
    "Weights are steady: sd at most {}",
    Math.max(
      ...["S0", "S1", "S2", "S2n", "S3", "S4", "S5", "S6", "S7", "S1x3", "S5x3", "S1v", "S5v"].flatMap((name) => {
        const lines = run(name);
        return Object.keys(lines[0].weights).map((term) =>
          Number(
            deviationText(
              lines.map(({ weights }) => weights[term]),
              3,
            ),
          ),
        );
      }),
    ),
  ),
  truth(
    "totals of S1, S3 and S5 are {} to {} bits low",
    ...range(
      ["S1", "S3", "S5"].map((name) => -off(run(name, small))),
      2,
    ),
  ),
  truth(
    "without which {} to {} bits less of the test rows are known in S1, S3 and S5",
    ...range(["S1", "S3", "S5"].map(lostWithLessDropout), 2),
  ),
  truth("their weights, {} ± {} on the product and equal", meanText(s4Brief, 2), deviationText(s4Brief, 2)),
  truth(
    "are now {} on the product and {} on the modality that has the curve",
    meanText(
      run("S4", small).map(({ weights }) => weights["alpha*beta"]),
      2,
    ),
    Number(
      meanText(
        run("S7", small).map(({ weights }) => weights.alpha),
        2,
      ),
    ),
  ),
  truth(
    "S4 at n = # is not solved: {} of {} bits are found",
    bits(total(run("S4", small))),
    bits(run("S4", small)[0].regression.total),
  ),
  truth(
    "fits its own rows to {} bits of the truth",
    bits(
      mean(run("S4", small).map(({ trainAtoms, regression }) => Math.abs(trainAtoms.values.total - regression.total))),
    ),
  ),
  truth(
    "At n = # and noise ratio #, {} of the {} bits are found",
    bits(total(run("S4", { noise: 1 }))),
    bits(run("S4", { noise: 1 })[0].regression.total),
  ),
  truth(
    "bends to slowly: {} of {} bits at n = #, {} at n = #",
    ...[bits(total(run("S7"))), bits(run("S7")[0].regression.total), bits(total(run("S7", small)))],
  ),
];

/** In which atom a generator's missing bits are missing most, mean over the seeds; and the loss there. */
export function mostMissed(generator: string): string {
  const lines = run(generator);
  const atoms = ["redundancy", "synergy", "partialRedundancy"].map((key) => ({ key, lost: -off(lines, key) }));
  return atoms.reduce((a, b) => (b.lost > a.lost ? b : a)).key;
}

const probe = (lines: readonly Line[], model: "ridge" | "mlp") =>
  lines.map(({ probes }) =>
    mean(Object.entries<Line>(probes).flatMap(([name, score]) => (name.startsWith("z.") ? [score[model]] : []))),
  );
const leak = (table: string, loss: string, weight: number) => cells("leakage", { table, loss, weight });
const change = (lines: readonly Line[], none: readonly Line[], read: (line: Line, reference: Line) => number) =>
  lines.map((line) =>
    read(
      line,
      none.find(({ seed }) => seed === line.seed),
    ),
  );
const errorChange = (line: Line, reference: Line) => 100 * (line.test.rmse / reference.test.rmse - 1);
const mixedPrice = change(leak("mixed", "cross", 1), leak("mixed", "none", 0), errorChange);
const mixedLoss = change(
  ...([leak("mixed", "cross", 1), leak("mixed", "none", 0)] as const),
  (line, reference) => reference.testAtoms.values.total - line.testAtoms.values.total,
);
const latentGain = change(
  ...([leak("brain-age", "latent", 1), leak("brain-age", "none", 0)] as const),
  (line, reference) => -errorChange(line, reference),
);

/** Numbers in the sentences of experiments/leakage/README.md. */
export const leakageClaims: readonly Claim[] = [
  {
    document: "experiments/leakage/README.md",
    says:
      "the probe falls by a quarter, from {} to {}, at no clear change of the error. On the generated table it removes little " +
      "(ridge {} to {}) at a high and uncertain price: {} ± {} % more error and {} ± {} bits less information",
    values: [
      meanText(probe(leak("brain-age", "none", 0), "mlp"), 2),
      meanText(probe(leak("brain-age", "cross", 1), "mlp"), 2),
      meanText(probe(leak("mixed", "none", 0), "ridge"), 2),
      meanText(probe(leak("mixed", "cross", 1), "ridge"), 2),
      ...[meanText(mixedPrice, 0), deviationText(mixedPrice, 0), meanText(mixedLoss, 2), deviationText(mixedLoss, 2)],
    ],
  },
  {
    document: "experiments/leakage/README.md",
    says: "it acts as a mild regulariser on brain age, {} ± {} % less error",
    values: [meanText(latentGain, 1), deviationText(latentGain, 1)],
  },
];

const normal = (table: string, each: number, joint: number) => cells("gaussianity", { table, each, joint });
const priceOfEach = (table: string) => meanText(change(normal(table, 1, 0), normal(table, 0, 0), errorChange), 1);
const eppsPulley = (lines: readonly Line[]) => lines.map(({ normality }) => normality.eppsPulley);
const departing = (lines: readonly Line[]) => lines.map(({ normality }) => 100 * normality.eppsPulleyDeparting);

/** Numbers in the sentences of experiments/gaussianity/README.md. */
export const gaussianityClaims: readonly Claim[] = [
  {
    document: "experiments/gaussianity/README.md",
    says: "(Epps-Pulley {} to {}) and costs error: +{} % on the generated table, +{} % on brain age",
    values: [
      meanText(eppsPulley(normal("brain-age", 0, 0)), 2),
      meanText(eppsPulley(normal("brain-age", 1, 0)), 2),
      ...[priceOfEach("mixed"), priceOfEach("brain-age")],
    ],
  },
  {
    document: "experiments/gaussianity/README.md",
    says: "Epps-Pulley rejects {} % of the coordinates instead of {} %",
    values: [meanText(departing(normal("mixed", 0, 1)), 0), meanText(departing(normal("mixed", 0, 0)), 0)],
  },
  {
    document: "experiments/gaussianity/README.md",
    says: "on brain age the tests reject {} % of the coordinates or more at every weight",
    values: [
      Math.min(
        ...[0, 0.01, 0.1, 1].flatMap((weight) => {
          const both = [normal("brain-age", weight, 0), normal("brain-age", 0, weight)];
          const rejected = (lines: readonly Line[]) => [
            mean(departing(lines)),
            mean(lines.map(({ normality }) => 100 * normality.departing)),
          ];
          return both.flatMap(rejected);
        }),
      ).toFixed(0),
    ],
  },
];

const published = (table: string, preset: string) => cells("published-behaviour", { table, preset });
const rmse = (lines: readonly Line[]) => lines.map(({ test }) => test.rmse);
const reported = (lines: readonly Line[], key = "total") => lines.map((line) => reportedValues(line)[key]);
const onTest = (lines: readonly Line[]) => lines.map(({ testAtoms }) => testAtoms.values.total);

/** Atoms as the configuration reads them. */
function reportedValues({ reported: own, atoms }: Line): Line {
  return (own ?? atoms).values ?? own;
}

const [mixedPaper, mixedDefault] = ["paper", "default"].map((preset) => published("mixed", preset));
const [agePaper, ageDefault] = ["paper", "default"].map((preset) => published("brain-age", preset));
const behaviour = (says: string, ...values: readonly (string | number)[]): Claim => ({
  ...{ document: "experiments/published-behaviour/README.md", says, values },
});

/** Numbers of experiments/published-behaviour/README.md, and those that docs/ take from the studies. */
export const behaviourClaims: readonly Claim[] = [
  behaviour(
    "on brain age it reports {} bits, and the same latents tell {} bits about test rows",
    ...[meanText(reported(agePaper), 1), meanText(onTest(agePaper), 1)],
  ),
  behaviour(
    "half of the synergy of the generated table ({} of {} bits)",
    ...[meanText(reported(mixedPaper, "synergy"), 2), bits(mixedPaper[0].regression.synergy)],
  ),
  behaviour("thickness weighs {}, {} and {}", ...agePaper.map(({ weights }) => weights.thickness.toFixed(2))),
  behaviour(
    "no worse on the generated table ({} against {}), {} % worse on brain age ({} against {} years)",
    ...[meanText(rmse(mixedPaper), 3), meanText(rmse(mixedDefault), 3)],
    (100 * (mean(rmse(agePaper)) / mean(rmse(ageDefault)) - 1)).toFixed(0),
    ...[meanText(rmse(agePaper), 1), meanText(rmse(ageDefault), 1)],
  ),
  behaviour(
    "{} against {} s and {} against {} s",
    ...[mixedPaper, mixedDefault, agePaper, ageDefault].map((lines) =>
      meanText(
        lines.map(({ seconds }) => seconds),
        0,
      ),
    ),
  ),
  {
    document: "docs/from-pidreg-python.md",
    says: "on brain age {} bits, where the same latents tell {} about test rows",
    values: [meanText(reported(agePaper), 2), meanText(onTest(agePaper), 2)],
  },
  {
    document: "docs/from-pidreg-python.md",
    says:
      "between {} % below and {} % above that of equal weights over eleven studies, and between {} % and {} % below that of " +
      "concatenated latents over the six that have them",
    values: ["equal", "concatenate"].flatMap((model) => {
      const studies = [...new Set(linesOf("accuracy/results.jsonl").map(({ study }) => study))];
      const having = studies.filter((study) => errorsOf(study, model).length > 0);
      if (having.length !== (model === "equal" ? 11 : 6)) throw new Error(`${model}: ${having.length} studies`);
      const differences = having.flatMap((study) =>
        Object.keys(runsOf(study)[0].errors.pidreg.test.perTarget).map((target) => relative(study, model, target)),
      );
      const greatest = Math.max(...differences);
      return [-Math.min(...differences), model === "equal" ? greatest : -greatest].map((value) => value.toFixed(1));
    }),
  },
];

/** Cells of the row of 95 % intervals in the written table, which is held against the results: "95 % of 55". */
function coverage(): string[] {
  const row = readDocument("experiments/synthetic-truth/README.md")
    .split("\n")
    .find((line) => line.startsWith("| n = 5000, noise 0.3 |"));
  return (row ?? "")
    .split("|")
    .slice(2, -1)
    .map((cell) => cell.trim());
}

const [ofAll, ofOne, ofAtoms, noiseOfAll] = coverage();
const share = (cell: string) => cell.split(" % of ")[0];
const [everyOne, single] = ofOne.split(" % of ");
if (everyOne !== "100") throw new Error(`intervals of single modalities hold ${ofOne}`);

const fewer = (study: string) => low(relative(study, "pidreg", undefined, "ensemble"));
const rowsIn = (study: string) => {
  const { train, validation, test } = runsOf(study)[0].rows;
  return train + validation + test;
};
const grouped = (value: number) => value.toLocaleString("en");

/** Shares of intervals, and what docs/bring-your-own-table.md takes from the accuracy study. */
export const furtherClaims: readonly Claim[] = [
  truth("alone they hold the total in {} % of the runs", share(noiseOfAll)),
  truth(
    "hold the total in {} %, the atoms in {} % and the information of single modalities in all of {}",
    ...[share(ofAll), share(ofAtoms), single],
  ),
  {
    document: "docs/bring-your-own-table.md",
    says: "The mean of five trainings errs {} % less on {} brain scans, {} % less on {} materials and on {} people",
    values: [
      ...[fewer("brain-age"), rowsIn("brain-age"), fewer("superconductivity")],
      ...[grouped(rowsIn("superconductivity")), grouped(rowsIn("nhanes"))],
    ],
  },
  {
    document: "docs/bring-your-own-table.md",
    says: "Wider networks err {} % less where there are many columns",
    values: [(100 * (1 - mean(triedErrors(wide, eleven)) / mean(ownOfEleven))).toFixed(0)],
  },
];
if (fewer("superconductivity") !== fewer("nhanes"))
  throw new Error("ensembles gain different shares on the two tables");
