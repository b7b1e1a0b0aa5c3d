// Shows whether a change of the program left its results alone, to the last bit.
// Usage: npm run build && node scripts/same-results.mjs record BEFORE [--dist DIR] [--case NAME]...
//        (change and build; DIR is the dist/ of a checkout)  node scripts/same-results.mjs record AFTER
//        node scripts/same-results.mjs compare BEFORE AFTER
// What test/slow/same-results.test.ts holds results against is recorded anew, when they change on purpose, with
//        npm run build && node scripts/same-results.mjs record test/slow/fixtures/same-results.json --brief
// --brief leaves out the whole trainings on tables outside the repository, and keeps digests and a few numbers of the rest.
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cases } from "./same-results/cases.mjs";
import { compare } from "./same-results/compare.mjs";
import { record } from "./same-results/record.mjs";

const tell = (text) => process.stderr.write(`${text}\n`);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dist: { type: "string", default: fileURLToPath(new URL("../dist", import.meta.url)) },
    case: { type: "string", multiple: true },
    brief: { type: "boolean", default: false },
  },
});
const [command, ...files] = positionals;

try {
  if (command === "record" && files.length === 1) await recordInto(files[0]);
  else if (command === "compare" && files.length === 2) await compareFiles(...files);
  else
    throw new Error(
      "usage: same-results.mjs record FILE [--dist DIR] [--case NAME]... [--brief] | compare BEFORE AFTER",
    );
} catch (error) {
  tell(error.message);
  process.exitCode = 2;
}

async function recordInto(file) {
  const names = values.case ?? Object.keys(cases).filter((name) => !(values.brief && cases[name].whole));
  for (const name of names) {
    if (!(name in cases)) throw new Error(`no case ${name}; there is: ${Object.keys(cases).join(", ")}`);
  }
  const recorded = await record(resolve(values.dist), { names, brief: values.brief, tell });
  await writeFile(file, text(recorded));
}

/** JSON with one line per place. */
function text({ cases: recorded, ...head }) {
  const entries = (places) =>
    Object.entries(places)
      .map(([place, kept]) => `${JSON.stringify(place)}: ${JSON.stringify(kept)}`)
      .join(",\n");
  const blocks = Object.entries(recorded).map(([name, places]) => `${JSON.stringify(name)}: {\n${entries(places)}\n}`);
  const heads = Object.entries(head).map(([key, value]) => `"${key}": ${JSON.stringify(value)},\n`);
  return `{\n${heads.join("")}"cases": {\n${blocks.join(",\n")}\n}\n}\n`;
}

async function compareFiles(...names) {
  const [before, now] = await Promise.all(names.map(async (name) => JSON.parse(await readFile(name, "utf8"))));
  const { exact, machine, faults, added } = compare(before, now);
  for (const line of machine) tell(`another machine: ${line}`);
  if (added.length > 0) tell(`${added.length} places are new, the first ${added[0]}`);
  const how = exact ? "to the last bit" : "within the tolerance of each case, leading numbers alone";
  const count = Object.values(before.cases).reduce((sum, places) => sum + Object.keys(places).length, 0);
  if (faults.length === 0) {
    process.stdout.write(`the same ${how}: ${count} places of ${Object.keys(before.cases).join(", ")}\n`);
  } else {
    process.stdout.write(`${faults.length} of ${count} places differ, compared ${how}:\n`);
    process.stdout.write(`${faults.slice(0, 20).join("\n")}\n`);
    process.exitCode = 1;
  }
}
