// Puts small faults into the mathematics, one at a time, and asks whether a unit test notices.
// Usage: npm run mutants -- [--count 200] [--seed 1] [--jobs 2] [--files PREFIX]... [--tests PREFIX]... [--json FILE] [--again]
//   --files, --tests  faults in, and judgement by, files of these folders alone
//   --again           judges only what FILE, of the same seed and sources, holds as not noticed
// Works in a copy under the folder for temporary files; the checkout is only read.
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { copyWithFaults } from "./mutants/copy.mjs";
import { sitesOf } from "./mutants/sites.mjs";
import { dryRun, endAll, testFault } from "./mutants/tests.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
/** What a decomposition, a training, an evaluation and a split are made of. */
const covered = [/^src\/(pid|fit|training|evaluation)\//, /^src\/data\/split\//];

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    jobs: { type: "string", default: "2" },
    files: { type: "string", multiple: true },
    tests: { type: "string", multiple: true },
    again: { type: "boolean", default: false },
    json: { type: "string" },
    list: { type: "boolean", default: false },
  },
});
const tell = (text) => process.stderr.write(`${text}\n`);

/** Sources whose faults count, without tests and what only tests use. */
async function sources() {
  const names = await readdir(join(root, "src"), { recursive: true });
  return names
    .map((name) => `src/${name.replaceAll("\\", "/")}`)
    .filter((name) => name.endsWith(".ts") && !/\.test\.ts$|test-support|\/fixtures\//.test(name))
    .filter((name) => covered.some((pattern) => pattern.test(name)))
    .filter((name) => values.files === undefined || values.files.some((prefix) => name.startsWith(prefix)))
    .sort();
}

/** Numbers in [0, 1) from a seed (mulberry32). */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` of the sites, each equally likely, in the order they are drawn. */
function draw(sites, count, seed) {
  const next = generator(seed);
  const left = [...sites];
  const drawn = [];
  while (drawn.length < count && left.length > 0) drawn.push(...left.splice(Math.floor(next() * left.length), 1));
  return drawn.map((site, id) => ({ id, ...site }));
}

const place = ({ file, line, column }) => `${file}:${line}:${column}`;
const text = (site) =>
  `${place(site)} ${site.kind}: ${site.before} -> ${site.after === "" ? "(left out)" : site.after}`;

/** `src/pid` of `src/pid/closed-form/raw.ts`; a folder of src/data is one by itself. */
const roomOf = (name) =>
  name
    .split("/")
    .slice(0, name.startsWith("src/data/") ? 3 : 2)
    .join("/");

/** Test files that reach a fault, the quick ones first: those of its room, or all others. */
function judges(which, { id, file }, files) {
  const near = (test) => roomOf(test.file) === roomOf(file);
  return files
    .filter((test) => test.reached.includes(id) && near(test) === (which === "near"))
    .sort((one, other) => one.seconds - other.seconds);
}

function summary(results) {
  const mutants = chosen.flatMap(({ id, file, line, column, kind, before, after }) =>
    results.has(id) ? [{ id, file, line, column, kind, before, after, status: results.get(id) }] : [],
  );
  const count = (wanted) => mutants.filter(({ status }) => status === wanted).length;
  const killed = count("killed") + count("timeout");
  return {
    ...{ seed: Number(values.seed), possible: all.length, tried: mutants.length, killed, timeouts: count("timeout") },
    ...{ survived: count("survived"), unreached: count("unreached"), share: killed / Math.max(1, mutants.length) },
    mutants,
  };
}

const all = [];
for (const name of await sources()) all.push(...sitesOf(name, await readFile(join(root, name), "utf8")));
const chosen = draw(all, Number(values.count), Number(values.seed));
if (values.list) {
  process.stdout.write(`${chosen.map(text).join("\n")}\n`);
  process.exit();
}
const folder = await copyWithFaults(root, chosen);
const clean = () => rm(dirname(folder), { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, async () => {
    endAll();
    await clean();
    process.exit(130);
  });
}
/** What an earlier run found, by id, to be judged again where it was not noticed. */
async function earlier() {
  if (!values.again) return new Map();
  const { seed, mutants } = JSON.parse(await readFile(values.json, "utf8"));
  const same = ({ file, before, after }, { id }) =>
    chosen[id]?.file === file && chosen[id].before === before && chosen[id].after === after;
  if (seed !== Number(values.seed) || !mutants.every((known) => same(known, known)))
    throw new Error(`${values.json} is of another seed or of other sources`);
  return new Map(mutants.map(({ id, status }) => [id, status]));
}

const noticed = (status) => status === "killed" || status === "timeout";

/** Judges every fault that nothing has noticed yet, some at a time. */
async function judgeAll(which, results, files) {
  const waiting = chosen.filter(({ id }) => !noticed(results.get(id)));
  let done = 0;
  const worker = async () => {
    for (let site = waiting.shift(); site !== undefined; site = waiting.shift()) {
      const tests = judges(which, site, files);
      const before = results.get(site.id) ?? "unreached";
      const status = tests.length === 0 ? before : await testFault(folder, site.id, tests);
      results.set(site.id, status);
      done++;
      if (!noticed(status) && tests.length > 0) tell(`${which} ${done}: ${status}: ${text(site)}`);
      await keep(results);
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, worker));
}

async function keep(results) {
  if (values.json === undefined) return;
  await writeFile(values.json, `${JSON.stringify(summary(results), null, 1)}\n`);
}

try {
  const results = await earlier();
  tell(`${chosen.length} of ${all.length} possible faults; running the unit tests without any`);
  const { files, failed } = await dryRun(folder, Number(values.jobs), values.tests ?? []);
  if (files.length === 0) throw new Error("no unit test passes in the copy");
  for (const name of failed) tell(`${name} fails in the copy: it judges nothing`);
  for (const which of ["near", "far"]) await judgeAll(which, results, files);
  const { tried, killed, timeouts, survived, unreached, share } = summary(results);
  for (const site of chosen) if (!noticed(results.get(site.id))) process.stdout.write(`${text(site)}\n`);
  process.stdout.write(
    `${killed} of ${tried} faults noticed (${(100 * share).toFixed(0)} %; ${timeouts} by never ending), ` +
      `${survived} not, ${unreached} reached by no unit test\n`,
  );
} finally {
  endAll();
  await clean();
}
