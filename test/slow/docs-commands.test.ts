import { existsSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { cp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import yargs, { type CommandModule } from "yargs";
import { checkArguments } from "../../src/cli/check-arguments.js";
import { writeStandIns } from "../support/docs-tables.js";
import { documents, readDocument, root, type ShownCommand, shownCommands, yamlBlock } from "../support/documents.js";
import { itLong } from "../support/long.js";

/**
 * Every command that the documents show is run, in this process and with the words that stand there, in a folder that
 * holds what they speak of (test/support/docs-tables.ts): small tables, the configs, a run in runs/. What takes long is
 * made small behind the command line: every config has a tiny model and one epoch per stage, generated tables have few
 * rows, selections and ablations have 2 splits, runs of a study share this process and are neither checked nor asked for
 * importances, of several searches of settings one is trained and the others are planned, trainings after the first leave out
 * their report (`pidreg report` does not), the origin of a dataset is a server of this machine.
 */
const command = vi.hoisted(() => ({ studies: false }));
vi.mock("../../src/config/load.js", async (original) => {
  const actual = await original<typeof import("../../src/config/load.js")>();
  const small = [
    ...["model.latentDim=2", "model.encoder.hidden=[4]", "model.predictor.hidden=[4]", "model.encoder.embedding=none"],
    ...["training.batchSize=64", "training.stage1.maxEpochs=1", "training.stage2.maxEpochs=1"],
    "evaluation.importanceRepeats=1",
  ];
  const unread = ["evaluation.check=off", "evaluation.importance=off"];
  const loadConfig: typeof actual.loadConfig = (file, overrides = []) =>
    actual.loadConfig(file, [...small, ...(command.studies ? unread : []), ...overrides]);
  return { ...actual, loadConfig };
});
vi.mock("../../src/data/synthetic/generate.js", async (original) => {
  const actual = await original<typeof import("../../src/data/synthetic/generate.js")>();
  const generateSynthetic: typeof actual.generateSynthetic = (name, options) =>
    actual.generateSynthetic(name, { ...options, rows: Math.min(600, options?.rows ?? 600) });
  return { ...actual, generateSynthetic };
});
vi.mock("../../src/executors/train-process.js", async () => {
  const { loadConfig } = await vi.importActual<typeof import("../../src/config/load.js")>("../../src/config/load.js");
  let last: Promise<unknown> = Promise.resolve();
  const train = async ({ config: file, out, resume }: { config: string; out: string; resume: boolean }) => {
    // Not above: it imports the module that this one stands for.
    const { trainRun } = await import("../../src/run/train-run.js");
    await trainRun({ ...(await loadConfig(file)), out, resume });
  };
  // One after the other: what a process holds once (the tensor backend) is shared here.
  const trainInProcess = (run: Parameters<typeof train>[0]) => {
    const done = last.then(() => train(run));
    last = done;
    return done;
  };
  return { trainInProcess };
});
vi.mock("../../src/study/defaults.js", async (original) => {
  const { studyDefaults } = await original<typeof import("../../src/study/defaults.js")>();
  return { studyDefaults: { ...studyDefaults, trainings: { repeats: 2, seeds: 1 }, tune: { trials: 2, repeats: 2 } } };
});
vi.mock("../../src/report/write-report.js", async (original) => {
  const actual = await original<typeof import("../../src/report/write-report.js")>();
  let made = 0;
  // Training gives the folder alone.
  const writeReport: typeof actual.writeReport = async (folder, ...rest) =>
    rest.length === 0 && made++ > 0
      ? { file: path.join(folder, "report.html"), figures: [], bytes: 0, messages: [] }
      : actual.writeReport(folder, ...rest);
  return { ...actual, writeReport };
});
vi.mock("../../src/data/fetch/fetch-dataset.js", async (original) => {
  const actual = await original<typeof import("../../src/data/fetch/fetch-dataset.js")>();
  const { datasets } = await import("../../src/data/fetch/datasets.js");
  const { superconductivityOrigin } = await import("../support/docs-origin.js");
  const fetchDataset: typeof actual.fetchDataset = async (name, folder) => {
    if (name !== "superconductivity") throw new Error(`test/support/docs-origin.ts has no stand-in for "${name}"`);
    const { dataset, close } = await superconductivityOrigin(datasets[name]);
    return actual.fetchDataset(name, folder, { [name]: dataset }, { protocols: ["http:"] }).finally(close);
  };
  return { ...actual, fetchDataset };
});

/** Commands that are not run here, each with the reason; any other that a document shows is. */
const notRun: Readonly<Record<string, string>> = {
  "npm ci": "installs what this test runs with, from a registry",
  "npm test": "runs this test",
  "npm run test:unit": "is a part of npm test",
  "npm run test:long": "is npm test and what takes minutes, this test among it",
  "npm run test:thorough": "is parts of that for hours",
  "npx vitest run src/pid": "is a part of npm test",
  "npm run imports": "is a part of npm test",
  "npm run build": "is a part of npm test",
  "npm run package": "test/long/package.test.ts packs",
  "npm install --ignore-scripts pidreg-0.1.0.tgz": "test/long/package.test.ts installs what it packed",
  "npm run format": "rewrites the sources; npm test checks the same rules",
  "npm run docs": "writes into docs/; src/config/reference-markdown.test.ts holds the page against the schema",
  "npm install @ricky0123/vad-web": "installs an example from a registry",
  "npm run bench -- step": "measures for minutes",
  "npm run bench -- gpu": "measures for minutes; test/slow/bench-gpu.test.ts runs it on engines of the processor",
  "npm run bench -- gpu --setup": "downloads libraries of a GPU",
  "npm run bench -- step --json": "measures for minutes",
  "npm run bench -- train --json": "trains for minutes; test/slow/bench-train.test.ts runs it on a small table",
  "npm run bench -- encoders --json": "measures for minutes",
  "npm run bench -- ensemble --members 4 --json": "measures for minutes",
  "npm run bench -- pid-stream": "measures for minutes",
  "npm run bench -- pid-shards": "measures for minutes",
  "node bench/main.mjs step --profile /tmp/step": "measures for minutes",
  "node bench/step-profile.mjs /tmp/step_*.json": "reads what the line before it measured",
  "node scripts/load-table.mjs": "trains on a million rows",
  "node scripts/memory.mjs": "trains for minutes",
  "node scripts/out-of-core.mjs 200000 3": "trains for minutes",
  "npm run mutants -- --count 200 --seed 1 --json mutants.json": "runs the unit tests some hundred times",
  "node scripts/same-results.mjs record BEFORE.json": "test/slow/same-results.test.ts runs it",
  "node scripts/same-results.mjs compare BEFORE.json AFTER.json": "test/slow/same-results.test.ts runs it",
  "node scripts/same-results.mjs record test/slow/fixtures/same-results.json --brief": "replaces what is compared with",
  "docker build -t pidreg .": "needs Docker and a network; test/unit/dockerfile.test.ts reads the file",
  "docker run --rm -v $PWD:/data pidreg train my-config.yaml": "needs what the line before it builds",
  "tensorboard --logdir runs": "another program; src/record/tensorboard.test.ts reads its files back",
  ...Object.fromEntries(
    [
      "pidreg crossval data/config.yaml --folds 10 --executor slurm --slurm partition=short --slurm time=2:00:00 --slurm memory=4G",
      "pidreg crossval data/config.yaml --folds 10 --executor slurm",
      "pidreg select data/config.yaml --executor slurm --cluster cluster.yaml",
      "pidreg study collect runs/mixed-crossval",
      "pidreg study cancel runs/mixed-crossval",
    ].map((text) => [text, "needs SLURM; test/long/slurm.test.ts runs such"]),
  ),
  "pidreg study collect runs/array": "needs what other hosts train; test/long/schedulers.test.ts runs it",
  "pidreg crossval CONFIG": "a pattern; the documents show it filled in",
  "pidreg select CONFIG": "a pattern; the documents show it filled in",
  "pidreg ablate CONFIG": "a pattern; the documents show it filled in",
  "pidreg tune CONFIG": "a pattern; the documents show it filled in",
  "pidreg acquire RUN": "a pattern; the documents show it filled in",
  "pidreg fetch NAME": "a pattern; the documents show it filled in",
  "pidreg train config.yaml --set path.to.key=value": "a pattern; the documents show it filled in",
};

/** Patterns that are run, filled in. */
const filledIn: Readonly<Record<string, () => Promise<string[]>>> = {
  "pidreg train configs/NAME.yaml": async () =>
    (await readdir(path.join(root, "configs"))).map((name) => `pidreg train configs/${name}`),
  "pidreg evaluate RUN --data FILE --out FOLDER": async () => [
    "pidreg evaluate runs/my-run --data new.csv --out evaluated",
  ],
  "pidreg export RUN --onnx FILE": async () => ["pidreg export runs/my-run --onnx my-run.onnx"],
  "npm run quickstart": async () => ["pidreg quickstart"],
  "pidreg crossval data/config.yaml data/other.yaml --folds 5 --out runs/both": async () => {
    const config = readFileSync("data/config.yaml", "utf8");
    writeFileSync("data/other.yaml", config.replace(/^name: .*$/m, "name: other"));
    return ["pidreg crossval data/config.yaml data/other.yaml --folds 2 --out runs/both"];
  },
  "pidreg tune data/config.yaml --budget 30m": async () => [
    "pidreg tune data/config.yaml --budget 1s --trials 1 --repeats 1",
  ],
  "pidreg tune data/config.yaml --trials 9 --seed 2 --out runs/nine": async () => [
    "pidreg tune data/config.yaml --trials 9 --seed 2 --out runs/nine --plan-only",
  ],
  "pidreg tune data/config.yaml --space space.yaml --trials 9": async () => {
    writeFileSync("space.yaml", yamlBlock("docs/tuning.md", "# space.yaml"));
    return ["pidreg tune data/config.yaml --space space.yaml --trials 9 --out runs/space --plan-only"];
  },
  "pidreg crossval data/config.yaml --tune --trials 9 --folds 5": async () => [
    "pidreg crossval data/config.yaml --tune --trials 9 --folds 5 --plan-only",
  ],
  "pidreg watch runs": async () => [
    "pidreg crossval data/config.yaml --folds 2 --out runs/watched --plan-only",
    "pidreg watch runs/watched --idle 1s",
  ],
  "pidreg compare runs/plain-crossval runs/fused-crossval": async () => [
    ...["plain", "fused"].map((name) => `pidreg crossval data/config.yaml --folds 2 --out runs/${name}-crossval`),
    "pidreg compare runs/plain-crossval runs/fused-crossval --out studies-compared",
  ],
  "pidreg crossval data/config.yaml --folds 3 --permutations 19 --out runs/permuted": async () => [
    "pidreg crossval data/config.yaml --folds 2 --permutations 1 --out runs/permuted",
  ],
  "pidreg crossval data/config.yaml --folds 3 --train-share 0.25,0.5,1 --out runs/curve": async () => [
    "pidreg crossval data/config.yaml --folds 2 --train-share 0.5 --out runs/curve",
  ],
};

/** Documents whose commands take minutes: they run with `npm run test:long`. */
const longest: readonly string[] = [
  "docs/studies.md",
  "docs/choosing-modalities.md",
  "docs/images-sequences-volumes.md",
  "docs/classes.md",
  "docs/brain-age.md",
  "docs/acquiring.md",
  "docs/tuning.md",
];

const home = realpathSync(mkdtempSync(path.join(tmpdir(), "pidreg-docs-")));
/** What is there before any command. */
const given = new Set<string>();
const seen = new Set<string>();
const commands = new Map<string, CommandModule>();
const shown = documents.map((file) => ({ file, all: shownCommands(readDocument(file)) }));
const everything = shown.flatMap(({ all }) => all);

beforeAll(async () => {
  const folder = path.join(root, "src/cli/commands");
  for (const file of (await readdir(folder)).filter((name) => !name.endsWith(".test.ts"))) {
    const { command } = (await import(path.join(folder, file))) as { command: CommandModule };
    commands.set(String(command.command).split(" ")[0], command);
  }
  process.chdir(home);
  process.env.XDG_CACHE_HOME = path.join(home, ".cache");
  await writeStandIns();
  await run(["train", "my-config.yaml"]);
  await cp("runs/my-run", "runs/brain-age", { recursive: true });
  for (const name of ["runs/brain-age", ...(await readdir("."))]) given.add(name);
});

afterAll(async () => {
  process.chdir(root);
  await rm(home, { recursive: true, force: true });
});

const toRun = shown
  .map(({ file, all }) => ({ file, list: all.filter((command) => isNew(command) && !(command.text in notRun)) }))
  .filter(({ list }) => list.length > 0);

for (const { file, list } of toRun) {
  (longest.includes(file) ? itLong : it)(`${file} shows commands that run: ${list.length}`, async () => {
    for (const { text } of list) {
      const filled = (await filledIn[text]?.()) ?? [text];
      for (const line of filled) {
        await runLine(line).catch((error: Error) => {
          throw new Error(`${file}: ${line}\n${error.message}`, { cause: error });
        });
      }
    }
  });
}

it("what is not run is still shown, and there", () => {
  const texts = new Set(everything.map(({ text }) => text));
  expect([...Object.keys(notRun), ...Object.keys(filledIn)].filter((text) => !texts.has(text))).toEqual([]);
  const { scripts } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  expect(scripts.quickstart).toMatch(/ node bin\/pidreg\.js quickstart$/);
  const benchmarks = readFileSync(path.join(root, "bench/main.mjs"), "utf8");
  for (const { text, words } of everything) {
    const [program, first, second, , third] = words;
    if (program === "npm" && first === "run") expect(scripts[second], text).toBeDefined();
    if (program === "npm" && second === "bench") expect(benchmarks, text).toMatch(new RegExp(`^ +"?${third}"?: `, "m"));
    if (program === "node") expect(existsSync(path.join(root, first)), text).toBe(true);
  }
});

it("a run of the guide's config has the unit of its target, and counts missing values", () => {
  const json = (name: string) => JSON.parse(readFileSync(path.join(home, "runs/brain-age", name), "utf8"));
  expect(json("metrics.json").units).toEqual({ age: "years" });
  expect(json("data.json").missing).toMatchObject({ policy: "error", rows: 320, rowsWithGaps: 0, filled: 0 });
});

it("the documents show every command filled in", () => {
  const run = toRun.flatMap(({ list }) => list.map(({ words }) => words[1]));
  expect([...commands.keys()].filter((name) => !run.includes(name) && name !== "quickstart")).toEqual([]);
});

/** Whether a command is shown for the first time: several documents may show the same one. */
function isNew({ text }: ShownCommand): boolean {
  const before = seen.has(text);
  seen.add(text);
  return !before;
}

/** Runs a line that begins with pidreg; `fetch` ends with the line that trains on what it fetched, which is run too. */
async function runLine(line: string): Promise<void> {
  const [{ words }] = shownCommands(`    ${line}`);
  expect(words[0], "a program that this test neither runs nor names under `notRun`").toBe("pidreg");
  const printed = await run(words.slice(1));
  expect(printed).not.toBe("");
  if (words.includes("--json")) JSON.parse(printed);
  const next = /^train: (.*)$/m.exec(printed);
  if (next !== null) await runLine(next[1]);
}

/** Documents may use the same name for what they write, and no run is ever overwritten. */
async function removeOutput([name, config, ...options]: readonly string[]): Promise<void> {
  const out = options[options.indexOf("--out") + 1];
  if (options.includes("--out")) {
    if (!given.has(out)) await rm(out, { recursive: true, force: true });
  } else if (name === "train" && config.endsWith(".yaml")) {
    const [, run] = /^name: (.*)$/m.exec(readFileSync(config, "utf8")) ?? [];
    await rm(path.join("runs", run), { recursive: true, force: true });
  }
}

/** Runs a command as the program would. @returns what it printed */
async function run(words: readonly string[]): Promise<string> {
  const module = commands.get(words[0]);
  if (module === undefined) throw new Error(`there is no command "${words[0]}"`);
  command.studies = ["crossval", "select", "ablate", "tune", "study"].includes(words[0]);
  await removeOutput(words);
  const printed: string[] = [];
  const keep = (text: unknown) => printed.push(String(text)) > 0;
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation(keep),
    vi.spyOn(process.stderr, "write").mockImplementation(() => true),
    vi.spyOn(console, "log").mockImplementation((text) => void keep(text)),
  ];
  try {
    await yargs([...words])
      .command(module)
      .option("verbose", { type: "boolean", default: false, global: true })
      .strict()
      .parserConfiguration({ "boolean-negation": false, "dot-notation": false, "camel-case-expansion": false })
      .middleware((argv) => checkArguments(argv, words))
      .exitProcess(false)
      .fail((message, error) => {
        throw error ?? new Error(message);
      })
      .parseAsync();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return printed.join("");
}
