/*
 * Errors and atoms of pictures, sounds, windows and volumes, beside networks on the same rows, over seeds.
 *   npm run build && node experiments/modalities/run.mjs [--data ../shared/data] [--studies digits,houses] [--variants sum] [--seeds 1-3]
 *     [--workers 1]
 * A cell is one training with the networks beside it. Finished cells are lines of results.jsonl and are not done again; an
 * interrupted one continues from its checkpoint. Run folders, with reports, stay in runs/modalities.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { trainRun } from "pidreg";
import { isMain, runStudy, studyArguments } from "../lib/pool.mjs";
import { madeFolder } from "./data.mjs";
import { targets } from "./digits.mjs";
import { expectedError, percentErrors } from "./predicted.mjs";
import { studies } from "./studies.mjs";
import { countedAtoms, trueAtoms } from "./truth.mjs";

/** Trains one cell; what comes back is all that the tables are made of. */
export async function runCell({ study, variant, seed }) {
  const out = path.join(madeFolder, "runs", `${study}-${variant}-${seed}`);
  const { config, baseFolder, ...about } = await studies[study][variant]({ seed });
  const resume = existsSync(path.join(out, "environment.json"));
  const start = process.cpuUsage();
  const { metrics, pid } = await trainRun({ config, baseFolder, out, resume, jobs: 1 });
  const used = process.cpuUsage(start);
  // what a continued one did before is not in its seconds
  const seconds = resume ? { resumed: true } : { cpuSeconds: Math.round((used.user + used.system) / 1e6) };
  return { ...seconds, ...(await resultOf({ metrics, pid, out, file: config.data.file, ...about })) };
}

/** What is kept of a finished run. */
export async function resultOf({ metrics, pid, out, file, truth, logarithm }) {
  return {
    rows: JSON.parse(await readFile(path.join(out, "data.json"), "utf8")).splits,
    errors: { pidreg: overall(metrics), ...mapped(metrics.baselines, overall) },
    ...(logarithm ? { percent: await percentErrors(out) } : {}),
    ...("logLoss" in metrics.test.overall ? { expectedRmse: await expectedError(out) } : {}),
    validation: reading(pid),
    test: reading(pid.test),
    ...(pid.check === undefined ? {} : { check: checked(pid.check) }),
    weights: pid.weights,
    ...(truth === undefined ? {} : { truth: await truthOf(truth, file) }),
  };
}

const mapped = (object, f) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, f(value)]));
const overall = ({ validation, test }) => ({ validation: validation.overall, test: test.overall });

/** Atoms of one part with their intervals. */
function reading({ information, atoms, standardErrors, intervals, flags }) {
  return { information, atoms, standardErrors, intervals, flags };
}

/** Informations by a conditional density. */
function checked({ n, folds, readings }) {
  return { n, folds, readings };
}

/** Of digits by their frequencies; of a generated table as it says itself. */
export async function truthOf(truth, file) {
  if (typeof truth !== "object" || truth.target === undefined) return truth;
  const [head, ...lines] = (await readFile(file, "utf8")).trim().split("\n");
  const at = (name) => head.split(",").indexOf(name);
  const rows = lines
    .map((line) => line.split(","))
    .map((cells) => ({
      written: Number(cells[at("written")]),
      spoken: Number(cells[at("spoken")]),
      part: cells[at("part")],
    }));
  const test = rows.filter(({ part }) => part === "test");
  const target = targets[truth.target];
  return { ...trueAtoms(rows, target, truth.same), counted: countedAtoms(test, target) };
}

if (isMain(import.meta.url)) {
  const {
    data,
    studies: wanted,
    variants,
    seeds,
    pool,
  } = studyArguments(import.meta.url, {
    data: { type: "string" },
    studies: { type: "string", default: Object.keys(studies).join(",") },
    variants: { type: "string" },
    workers: { type: "string", default: "1" },
  });
  // the processes of the pool read it too
  if (data !== undefined) process.env.PIDREG_DATA = path.resolve(data);
  const unknown = wanted.split(",").find((study) => !(study in studies));
  if (unknown !== undefined)
    throw new Error(`there is no study "${unknown}"; there are ${Object.keys(studies).join(", ")}`);
  const cells = seeds.flatMap((seed) =>
    wanted.split(",").flatMap((study) =>
      Object.keys(studies[study])
        .filter((variant) => variants === undefined || variants.split(",").includes(variant))
        .map((variant) => ({ study, variant, seed })),
    ),
  );
  await runStudy({ ...pool, cells });
}
