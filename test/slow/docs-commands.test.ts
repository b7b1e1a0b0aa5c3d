import { mkdtempSync, realpathSync } from "node:fs";
import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { parse } from "yaml";
import yargs, { type CommandModule } from "yargs";
import { checkArguments } from "../../src/cli/check-arguments.js";
import { loadConfig } from "../../src/config/load.js";
import { connect } from "../../src/data/duckdb.js";
import { Rng } from "../../src/math/rng.js";
import { documents, pidregCommands, readDocument, root, yamlBlock } from "../support/documents.js";

/**
 * Every command that the documents show is run, in this process, in a folder that holds what they speak of: a table
 * `table.csv` of 320 rows, `my-config.yaml` as "Getting started" gives it, a run of it in runs/, the configs of the
 * project with tables of their shape. Trainings get a tiny model and one epoch per stage by `--set`.
 */
const home = realpathSync(mkdtempSync(path.join(tmpdir(), "pidreg-docs-")));
/** What is there before any command. */
const given = new Set<string>();
const seen = new Set<string>();
const trained = new Set<string>();
const all = documents.flatMap((file) => pidregCommands(readDocument(file)));

/** These train for long, many times, or download: their words are parsed by the real command, which then is not run. */
const parsedOnly = new Set(["quickstart", "fetch", "crossval", "select", "ablate", "ensemble"]);

/** Trainings run to their end, but as short ones: the first of each config, and those whose run is used further on. */
const short = [
  ...["model.latentDim=2", "model.encoder.hidden=[4]", "model.predictor.hidden=[4]", "model.encoder.embedding=none"],
  ...["training.batchSize=64", "training.stage1.maxEpochs=1", "training.stage2.maxEpochs=1"],
].flatMap((override) => ["--set", override]);

const commands = new Map<string, CommandModule>();

beforeAll(async () => {
  const folder = path.join(root, "src/cli/commands");
  for (const file of (await readdir(folder)).filter((name) => !name.endsWith(".test.ts"))) {
    const { command } = (await import(path.join(folder, file))) as { command: CommandModule };
    commands.set(String(command.command).split(" ")[0], command);
  }
  process.chdir(home);
  await mkdir("configs");
  await writeTables();
  await run(["train", "my-config.yaml"]);
  await cp("runs/my-run", "runs/brain-age", { recursive: true });
  for (const name of ["runs/my-run", "runs/brain-age", ...(await readdir("."))]) given.add(name);
});

afterAll(async () => {
  process.chdir(root);
  await rm(home, { recursive: true, force: true });
});

const shownIn = documents
  .map((file) => ({ file, list: pidregCommands(readDocument(file)).filter(isNew) }))
  .filter(({ list }) => list.length > 0);

it.each(shownIn)("$file shows commands that run: $list.length", async ({ file, list }) => {
  for (const words of list) {
    await removeOutput(words);
    await run(words).catch((error: Error) => {
      throw new Error(`${file}: pidreg ${words.join(" ")}\n${error.message}`, { cause: error });
    });
  }
});

it("the documents show every command", () => {
  const shown = new Set(all.map(([name]) => name));
  const named = documents.map(readDocument).join("\n");
  for (const name of commands.keys())
    expect(shown.has(name) || named.includes(`pidreg ${name}`) || named.includes(`npm run ${name}`), name).toBe(true);
});

/** Whether a command is shown for the first time: several documents may show the same one. */
function isNew(words: readonly string[]): boolean {
  const command = words.join(" ");
  const before = seen.has(command);
  seen.add(command);
  return !before;
}

/** Documents may use the same name for what they write; no run is ever overwritten. */
async function removeOutput(words: readonly string[]): Promise<void> {
  const out = words[words.indexOf("--out") + 1];
  if (words.includes("--out") && !given.has(out)) await rm(out, { recursive: true, force: true });
}

/** Runs a command as the program would, with its output caught. */
async function run(words: readonly string[]): Promise<void> {
  const name = words[0];
  const command = commands.get(name);
  if (command === undefined) throw new Error(`there is no command "${name}"`);
  const handler = parsedOnly.has(name) || (name === "train" && !trains(words)) ? checkConfig : command.handler;
  const args = [...words, ...(name === "train" ? ["--quiet", ...short] : [])];
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, "write").mockImplementation(() => true),
  );
  spies.push(vi.spyOn(console, "log").mockImplementation(() => undefined) as never);
  try {
    await yargs(args)
      .command({ ...command, handler })
      .option("verbose", { type: "boolean", default: false, global: true })
      .strict()
      .parserConfiguration({ "boolean-negation": false, "dot-notation": false, "camel-case-expansion": false })
      .middleware((argv) => checkArguments(argv, args))
      .exitProcess(false)
      .fail((message, error) => {
        throw error ?? new Error(message);
      })
      .parseAsync();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Whether a training is done in earnest. */
function trains(words: readonly string[]): boolean {
  const out = words[words.indexOf("--out") + 1];
  const first = !trained.has(words[1]);
  trained.add(words[1]);
  return first || all.some(([name, ...others]) => name !== "train" && others.includes(out));
}

/** Instead of a long command: its config is read, with what the command changes in it. */
async function checkConfig({ config, set = [] }: Readonly<Record<string, unknown>>): Promise<void> {
  if (typeof config === "string") await loadConfig(config, set as string[]);
}

async function writeTables(): Promise<void> {
  const named = ["subject", "site", "sex", "age", "y", "cost", "a1", "a2", "b1", "b2", "lh_thickness", "rh_thickness"];
  const table = randomTable([...named, ...names(204 - named.length)], 320);
  for (const name of ["table.csv", "new.csv", "other-site.csv"]) await writeFile(name, table);
  const { connection, close } = await connect({ path: path.resolve("table.csv") });
  await connection.run(`COPY (FROM read_csv('${path.resolve("table.csv")}')) TO '${path.resolve("table.parquet")}'`);
  close();
  await writeFile(
    "cov.json",
    JSON.stringify({
      cov: [
        [4, 1, 1],
        [1, 1, 0],
        [1, 0, 1],
      ],
      dm: 1,
      dims: [1, 1],
    }),
  );
  await writeFile("my-config.yaml", yamlBlock("docs/getting-started.md", "name: my-run"));
  for (const name of await readdir(path.join(root, "configs"))) await writeConfig(name);
}

/** A config of the project, with a table of the shape that it expects. */
async function writeConfig(name: string): Promise<void> {
  const text = readDocument(`configs/${name}`);
  const { id, target, group, modalities, file } = parse(text).data;
  const columns = Object.values(modalities).flatMap((modality) => (modality as { columns: string[] }).columns);
  const ranges = columns.filter((column) => /^\d+:\d+$/.test(column)).map((range) => range.split(":").map(Number));
  const single = columns
    .filter((column) => !/^\d+:\d+$/.test(column))
    .flatMap((column) =>
      column.includes("*") ? ["k", "m", "n"].map((letter) => column.replace("*", letter)) : [column],
    );
  const first = [...new Set([id, group, "site", ...[target].flat()].filter((column) => column !== undefined))];
  const filled = [...first, ...single];
  const end = Math.max(0, ...ranges.map(([, last]) => last));
  await writeFile(path.join("configs", name), text.replace(file, `${name}.csv`));
  const all = [...filled, ...names(end - filled.length)];
  await writeFile(path.join("configs", `${name}.csv`), randomTable(all, 320));
}

/** Names for columns that nothing is said about. */
function names(count: number): string[] {
  return Array.from({ length: Math.max(0, count) }, (_, i) => `x${i}`);
}

/** Rows of normal numbers, four sites, subjects of their own, and targets that depend on other columns. */
function randomTable(columns: readonly string[], rows: number): string {
  const rng = new Rng("documents");
  const lines = Array.from({ length: rows }, (_, row) => {
    const common = rng.normal();
    return columns.map((name) => {
      if (/^(subject|sub_id|id|sampleID)$/.test(name)) return `row${row}`;
      if (/^(site|sex)$/.test(name)) return `site${row % 4}`;
      return (common + 0.5 * rng.normal()).toFixed(4);
    });
  });
  return `${[columns, ...lines].map((line) => line.join(",")).join("\n")}\n`;
}
