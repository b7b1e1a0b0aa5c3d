// Trains classes of two public tables and compares test log loss with scikit-learn on the same rows: one line per run.
//   node experiments/classes/prediction.mjs --data FOLDER [--tasks sex,site,wave] [--seeds 1,2,3] [--set path=value ..] [--python FILE] [--out FILE]
import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { stringify } from "yaml";

const here = path.dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    data: { type: "string" },
    tasks: { type: "string", default: "sex,site,wave" },
    seeds: { type: "string", default: "1,2,3" },
    set: { type: "string", multiple: true, default: [] },
    python: { type: "string", default: "python3" },
    out: { type: "string", default: path.join(here, "prediction.tsv") },
  },
});
if (values.data === undefined) throw new Error("--data FOLDER: the folder of the public tables");

const nhanes = {
  body: { columns: ["bmi", "height", "weight", "waist", "sbp", "dbp"] },
  chemistry: {
    columns: ["albumin", "alp", "bun", "creat", "glucose", "ttbl", "uap", "hba1c", "hdl", "totchol"],
  },
  blood: { columns: ["lymph", "mcv", "monopa", "eosnpa", "basopa", "rbc", "rdw", "wbc"] },
};
const brain = { thickness: { columns: ["*_thickness"] }, volumes: { columns: ["155:204"] } };
/** What is predicted; `rows` says which rows of the table are used. */
const tasks = {
  sex: {
    table: "brainage_freesurfer",
    target: "sex",
    id: "sub_id",
    group: "subject",
    modalities: brain,
    rows: "known",
  },
  site: {
    table: "brainage_freesurfer",
    target: "site",
    id: "sub_id",
    group: "subject",
    modalities: brain,
    rows: "large",
  },
  wave: { table: "nhanes_age", target: "wave", id: "sampleID", modalities: nhanes, rows: "sample" },
};

const work = mkdtempSync(path.join(tmpdir(), "pidreg-classes-"));
const header =
  "task\tseed\ttrain\ttest\tclasses\tvalidation\tpidreg\tlogistic\tshares\tsklearn_boosting\tsklearn_logistic\tachieved\tmean_set\n";
if (!existsSync(values.out)) writeFileSync(values.out, header);
const done = new Set(
  readFileSync(values.out, "utf8")
    .split("\n")
    .map((line) => line.split("\t").slice(0, 2).join()),
);
for (const name of values.tasks.split(",")) {
  for (const seed of values.seeds.split(",").map(Number)) {
    if (!done.has(`${name},${seed}`)) runOne(name, seed);
  }
}

function runOne(name, seed) {
  const { table, target, id, group, modalities, rows } = tasks[name];
  const folder = path.join(work, `${name}-${seed}`);
  mkdirSync(folder);
  const source = path.join(values.data, table, "table.csv.gz");
  execFileSync(values.python, [path.join(here, "rows.py"), source, rows, target, path.join(folder, "table.csv")]);
  const data = { file: "table.csv", target: { column: target, kind: "class" }, id, group, modalities };
  writeFileSync(path.join(folder, "config.yaml"), stringify({ name, seed, data }, { aliasDuplicateObjects: false }));
  const run = path.join(folder, "run");
  const bin = path.join(here, "../../bin/pidreg.js");
  const sets = values.set.flatMap((set) => ["--set", set]);
  const { status } = spawnSync("node", [bin, "train", path.join(folder, "config.yaml"), "--out", run, ...sets], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Error(`${name}, seed ${seed}: training failed`);
  const {
    test,
    validation,
    baselines,
    sets: held,
    classes,
  } = JSON.parse(readFileSync(path.join(run, "metrics.json"), "utf8"));
  const parts = JSON.parse(readFileSync(path.join(run, "split.json"), "utf8"));
  const said = execFileSync(values.python, [
    path.join(here, "scikit.py"),
    path.join(folder, "table.csv"),
    path.join(run, "split.json"),
    id,
    target,
    path.join(run, "data.json"),
    JSON.stringify(modalities),
  ]);
  const { boosting, logistic } = JSON.parse(String(said));
  const loss = (part) => part.overall.logLoss.toFixed(4);
  const cells = [
    ...[name, seed, parts.train.length, parts.test.length, classes.length],
    ...[loss(validation), loss(test), loss(baselines.logistic.test), loss(baselines["class-shares"].test)],
    ...[boosting.toFixed(4), logistic.toFixed(4), held.achieved.toFixed(3), held.meanSize.toFixed(2)],
  ];
  appendFileSync(values.out, `${cells.join("\t")}\n`);
}
