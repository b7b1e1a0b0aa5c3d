// Measures what trainings of several sizes take at their largest, into scripts/memory.json and the table of
// docs/limits.md, beside what the formula says.
// Usage: npm run build && node scripts/memory.mjs [NAME ...]   (--table alone writes the table again)
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseConfig } from "pidreg";
import { trainingMemory, trainingSize } from "../dist/run/training-memory.js";
import { names, parquetTable, table, train } from "./measured.mjs";

const record = fileURLToPath(new URL("memory.json", import.meta.url));
const page = fileURLToPath(new URL("../docs/limits.md", import.meta.url));
const cases = JSON.parse(await readFile(record, "utf8"));

async function measure(name, { rows, width, modalities, targets, config, outOfCore }) {
  const folder = await mkdtemp(join(tmpdir(), "pidreg-memory-"));
  try {
    const shape = { rows, width, modalities: names("m", modalities) };
    const made =
      outOfCore === undefined
        ? table({ ...shape, targets: names("y", targets) })
        : parquetTable({ ...shape, sample: outOfCore });
    const { code, stderr, megabytes, seconds } = await train(folder, name, made, config);
    if (code !== 0) throw new Error(`${name}: exit ${code}: ${stderr}`);
    // The time is told of tables out of core alone.
    return { measured: Math.round(megabytes), ...(outOfCore === undefined ? {} : { seconds: Math.round(seconds) }) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const wanted = process.argv.slice(2);
const chosen = wanted.length === 0 ? Object.keys(cases) : wanted.filter((name) => name !== "--table");
for (const name of chosen) {
  if (!(name in cases)) throw new Error(`no case ${name}; there is: ${Object.keys(cases).join(", ")}`);
  // Allocators and garbage vary: the middle of three trainings, of one where it takes minutes.
  const repeats = cases[name].rows > 200_000 ? 1 : 3;
  const trainings = [];
  for (let r = 0; r < repeats; r++) trainings.push(await measure(name, cases[name]));
  trainings.sort((a, b) => a.measured - b.measured);
  Object.assign(cases[name], trainings[Math.floor(repeats / 2)]);
  const { measured, seconds } = cases[name];
  process.stdout.write(`${name}: ${measured} MB${seconds === undefined ? "" : `, ${seconds} s of CPU time`}\n`);
  await writeFile(record, `${JSON.stringify(cases, null, 2)}\n`);
}

/** Where the time of a case is known, the table has a column of times. */
const timed = Object.values(cases).some(({ seconds }) => seconds !== undefined);

/** One line of the table: shape, config, measured, formula. */
function line({ rows, width, modalities, targets, config, measured, seconds, outOfCore }) {
  const shape = [
    `${rows.toLocaleString("en")} rows`,
    `${modalities} x ${width.toLocaleString("en")} columns`,
    ...(targets > 1 ? [`${targets} targets`] : []),
    ...(outOfCore === undefined ? [] : [`\`data.outOfCore.sample: ${outOfCore}\``]),
    ...Object.entries(config).map(([key, value]) => `\`${key}: ${JSON.stringify(value).replaceAll(",", ", ")}\``),
  ];
  const estimate = Math.round(trainingMemory(sizeOf({ rows, width, modalities, targets, config, outOfCore })) / 1e6);
  return `| ${shape.join(", ")} | ${measured} MB | ${estimate} MB |${timed ? ` ${seconds === undefined ? "" : `${seconds} s`} |` : ""}\n`;
}

function sizeOf({ rows: all, width, modalities, targets, config, outOfCore }) {
  const rows = Math.min(all, outOfCore ?? all);
  const named = names("m", modalities);
  const data = {
    file: "t.csv",
    target: names("y", targets),
    modalities: Object.fromEntries(named.map((name) => [name, { columns: [`${name}_*`] }])),
  };
  const whole = withOverrides({ name: "load", data }, { "model.encoder.embedding": "none", ...config });
  return trainingSize(parseConfig(whole), {
    rows,
    trainRows: Math.round(0.7 * rows),
    modalities: named.map((name) => ({ name, width })),
    targets,
    ...(outOfCore === undefined ? {} : { storedRows: all - Math.round(0.3 * rows) }),
  });
}

function withOverrides(tree, overrides) {
  for (const [key, value] of Object.entries(overrides)) {
    const path = key.split(".");
    const last = path.pop();
    let place = tree;
    for (const part of path) {
      place[part] ??= {};
      place = place[part];
    }
    place[last] = value;
  }
  return tree;
}

const marks = ["<!-- memory -->\n", "<!-- /memory -->"];
const text = await readFile(page, "utf8");
const [before, rest] = text.split(marks[0]);
const after = rest.slice(rest.indexOf(marks[1]));
const header = `| table and config | measured | formula |${timed ? " CPU time |" : ""}\n|---|---|---|${timed ? "---|" : ""}\n`;
await writeFile(
  page,
  `${before}${marks[0]}\n${header}${Object.values(cases)
    .filter(({ measured }) => measured !== undefined)
    .map(line)
    .join("")}\n${after}`,
);
