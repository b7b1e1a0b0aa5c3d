/*
 * Two studies of real tables, in some minutes each on two cores:
 *   npm run build && node experiments/studies/examples/run.mjs
 * A nested selection among three modalities (NHANES, the people of wave 5), and one config against another on the same test
 * sites (brain age). Their reports are copied beside this file; study folders stay in runs/studies and are continued.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const at = (path) => `${root}${path}`;

/** The rows of one wave. */
function writeWave(wave) {
  const [header, ...rows] = gunzipSync(readFileSync(at("../shared/data/nhanes_age/table.csv.gz")))
    .toString()
    .trimEnd()
    .split("\n");
  const column = header.split(",").indexOf("wave");
  const kept = rows.filter((row) => Number(row.split(",")[column]) === wave);
  mkdirSync(at("runs/studies"), { recursive: true });
  writeFileSync(at("runs/studies/nhanes-wave.csv"), `${[header, ...kept].join("\n")}\n`);
}

/** Runs a command of pidreg to its end, and keeps the report of its study. */
function study(name, args) {
  const out = at(`runs/studies/${name}`);
  const options = { cwd: root, stdio: "inherit" };
  const { status } = spawnSync(process.execPath, [at("bin/pidreg.js"), ...args, "--out", out], options);
  if (status !== 0) throw new Error(`pidreg ${args.join(" ")} ended with ${status}`);
  copyFileSync(`${out}/report.md`, at(`experiments/studies/examples/${name}.md`));
}

const config = (name) => `experiments/studies/examples/${name}.yaml`;
writeWave(5);
study("nhanes-nested", ["select", config("nhanes-wave"), "--nested", "--folds", "5"]);
const sites = ["--outer-group", "site", "--folds", "5"];
study("brain-age-sites", ["crossval", config("brain-age-fused"), config("brain-age-thickness"), ...sites]);
