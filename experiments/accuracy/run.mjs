/*
 * Test errors of pidreg and of everything it is compared with, on the same rows, over seeds.
 *   npm run build && node experiments/accuracy/run.mjs [--studies brain-age,nhanes] [--seeds 1-3] [--workers 2] [--ensemble 5]
 * A cell is one table and one seed, of the split and of the training. Finished cells are lines of results.jsonl and are
 * not done again; an interrupted one continues from its checkpoint. Run folders stay in runs/accuracy. With --ensemble,
 * ensembles of so many members are trained instead, without other networks, and kept in ensembles.jsonl. With
 * --information, the model alone is trained again for the bits of its validation and test rows, kept in information.jsonl. With
 * --now, the model and one network on all features are trained with today's default, kept in now.jsonl, and ensembles in now-ensembles.jsonl.
 */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { loadConfig, Rng, trainRun } from "pidreg";
import { isMain, runStudy, studyArguments } from "../lib/pool.mjs";
import { pairedDifferences } from "./paired.mjs";
import { studies } from "./tables.mjs";

/** Further questions about a table of another study. */
const variants = [
  "gas-turbine-years",
  "superconductivity-grouped",
  "gas-turbine-two",
  "nhanes-two",
  "appliances-later",
];
/** Every network; for variants, the two nearest ones. */
function comparedNetworks(study) {
  return variants.includes(study) ? "[mlp, equal]" : "true";
}

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Trains one cell; what comes back is all that the tables are made of. */
export async function runCell({ study, seed, members, only, now = false }) {
  if (only === "information") return information(study, seed);
  // Trainings of different defaults do not share a folder.
  const folder = here(`../../runs/accuracy/${now ? "now-" : ""}${study}-${seed}`);
  if (members !== undefined) return ensemble(`${folder}-of-${members}`, study, seed, members);
  return singleModel(folder, study, seed, now ? "[mlp]" : comparedNetworks(study));
}

/** The default model alone: its errors, by which it is known to be the model of results.jsonl, and bits of both parts. */
async function information(study, seed) {
  const folder = here(`../../runs/accuracy/${study}-${seed}-alone`);
  const started = performance.now();
  const { metrics, pid } = await trained(folder, study, seed, []);
  const part = ({ atoms, information, standardErrors, intervals }) => ({
    atoms,
    information,
    standardErrors,
    intervals,
  });
  return {
    seconds: Math.round((performance.now() - started) / 100) / 10,
    errors: { validation: metrics.validation, test: metrics.test },
    validation: part(pid),
    test: part(pid.test),
  };
}

/** The default model with the networks it is compared with. */
async function singleModel(folder, study, seed, networks) {
  const started = performance.now();
  const { metrics, pid, resume } = await trained(folder, study, seed, [`evaluation.baselines=${networks}`]);
  const data = JSON.parse(await readFile(`${folder}/data.json`, "utf8"));
  const { validation, test, baselines } = metrics;
  const errors = Object.fromEntries(
    Object.entries(baselines).map(([name, parts]) => [name, { validation: parts.validation, test: parts.test }]),
  );
  return {
    seconds: Math.round((performance.now() - started) / 100) / 10,
    resumed: resume,
    rows: data.splits,
    errors: { pidreg: { validation, test }, ...errors },
    ...(metrics.network === undefined ? {} : { network: metrics.network }),
    paired: await pairedDifferences(folder, metrics.targets, new Rng(seed).split("paired")),
    information: pid.information,
    atoms: pid.atoms,
    standardErrors: pid.standardErrors,
    weights: pid.weights,
    intervals: pid.intervals,
    testAtoms: pid.test,
  };
}

/** The mean of several trainings on the same rows, of which the first is the single model. */
async function ensemble(folder, study, seed, members) {
  const started = performance.now();
  const { metrics, pid, resume } = await trained(folder, study, seed, [`ensemble=${members}`]);
  const { validation, test } = metrics;
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  const { information, atoms, standardErrors, weights } = pid;
  return { seconds, resumed: resume, validation, test, information, atoms, standardErrors, weights };
}

/** A run of the study with further settings, continued if it was begun. */
async function trained(folder, study, seed, settings) {
  const overrides = [`seed=${seed}`, ...settings];
  const { config, baseFolder } = await studyConfig(study, seed, overrides);
  const resume = existsSync(`${folder}/environment.json`);
  return { ...(await trainRun({ config, baseFolder, out: folder, resume, jobs: 1 })), resume };
}

/** The config of a study, with the split that it writes where it writes one. */
export async function studyConfig(study, seed, overrides) {
  const split = study === "gas-turbine-years" ? await splitByYear(seed) : [];
  return loadConfig(here(`configs/${study}.yaml`), [...overrides, ...split]);
}

/** 2014 and 2015 are the test part; an eighth of the rows of 2011-2013, drawn with the seed, validates. */
async function splitByYear(seed) {
  const table = here("../../../shared/data/gas_turbine_nox/table.csv.gz");
  const [header, ...lines] = gunzipSync(await readFile(table))
    .toString("utf8")
    .trimEnd()
    .split("\n");
  const column = header.split(",").indexOf("year");
  const parts = { train: [], validation: [], test: [] };
  const rng = new Rng(seed).split("years");
  lines.forEach((line, i) => {
    const early = Number(line.split(",")[column]) <= 2013;
    const part = early ? (rng.uniform() < 1 / 8 ? "validation" : "train") : "test";
    parts[part].push(String(i + 1));
  });
  const file = here(`../../runs/accuracy/gas-turbine-years-split-${seed}.json`);
  await mkdir(here("../../runs/accuracy"), { recursive: true });
  await writeFile(file, JSON.stringify(parts));
  return ["data.split.by=file", `data.split.file=${file}`];
}

if (isMain(import.meta.url)) {
  const {
    seeds,
    studies: chosen,
    ensemble: members,
    information: alone,
    now,
    pool,
  } = studyArguments(import.meta.url, {
    studies: { type: "string", default: studies.join(",") },
    ensemble: { type: "string" },
    information: { type: "boolean", default: false },
    now: { type: "boolean", default: false },
  });
  const names = chosen.split(",");
  const unknown = names.find((name) => !studies.includes(name));
  if (unknown !== undefined) throw new Error(`there is no study "${unknown}"; there are ${studies.join(", ")}`);
  const asked = alone ? "information" : members === undefined ? "results" : "ensembles";
  const kind = { results: {}, ensembles: { members: Number(members) }, information: { only: "information" } }[asked];
  const today = members === undefined ? "now" : "now-ensembles";
  const name = now ? today : asked;
  const file = name === "results" ? {} : { file: here(`${name}.jsonl`) };
  const cells = seeds.flatMap((seed) => names.map((study) => ({ study, seed, ...kind, ...(now ? { now } : {}) })));
  await runStudy({ ...pool, ...file, cells });
}
