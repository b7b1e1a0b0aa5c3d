import path from "node:path";
import type { Dialect } from "../../config/dialect.js";
import { parseConfigText } from "../../config/load.js";
import type { Config } from "../../config/schema.js";
import { InputError } from "../../errors.js";
import type { Dataset } from "../dataset.js";
import { loadDataset } from "../load-dataset.js";
import { openTable } from "../table/duckdb.js";
import { inspectTableFile } from "../table/table-file.js";
import { type ConfigText, configText } from "./config-text.js";
import type { Draft } from "./draft.js";
import { fitSplit } from "./fit-split.js";
import { guessDialect } from "./guess-dialect.js";
import { type InitRequest, propose, type ReadTable } from "./propose.js";
import { refine } from "./refine.js";
import { surveyTable } from "./survey.js";

/** What a config is made of. */
export interface InitOptions extends InitRequest {
  /** Tables, relative to the current folder. */
  readonly files: readonly string[];
  /** Where the config will stand; names of tables in it are relative to its folder. */
  readonly out: string;
  /** What the user says of all tables. */
  readonly dialect: Dialect;
}

/** A config that was made and loaded. */
export interface InitResult extends ConfigText {
  readonly draft: Draft;
  /** Rows that it loads. */
  readonly rows: number;
}

/**
 * Makes a commented config of tables, and loads them with it to see that it can be used. Nothing is written.
 * @throws InputError for what is wrong with the tables, and for what cannot be guessed
 */
export async function initConfig({ files, out, dialect, ...request }: InitOptions): Promise<InitResult> {
  const folder = path.dirname(path.resolve(out));
  const fileOf = (file: string) => path.relative(folder, path.resolve(file));
  const twice = files.find((file, i) => files.indexOf(file) !== i);
  if (twice !== undefined) throw new InputError(`${twice}: named twice; name each table once`);
  const first = await readAll(files, dialect, (tables) => propose(tables, request, runName(files, request.targets)));
  if (first.modalities.length === 0) {
    const why = first.tables.flatMap(({ unused }) => unused.map(({ column, why: reason }) => `"${column}" ${reason}`));
    throw new InputError(`no column is left that could be a feature: ${why.slice(0, 8).join("; ")}`);
  }
  const filled: Draft = { ...first, missing: { value: "mean", why: "" } };
  const draft = refine(first, (await load(configText(filled, fileOf).text, out, folder)).dataset);
  if (draft.modalities.length === 0)
    throw new InputError("no column is left that could be a feature: all are constant, copies, or the target itself");
  const { config, dataset } = await load(configText(draft, fileOf).text, out, folder);
  const fitted = fitSplit(dataset, config.data.split, config.seed);
  const { remark, shares } = fitted ?? {};
  const remarks = [...draft.remarks, ...(remark === undefined ? [] : [remark])];
  const last: Draft = { ...draft, remarks, ...(shares === undefined ? {} : { shares }) };
  const written = configText(last, fileOf);
  // Only shares are new in it.
  parseConfigText(written.text, out);
  return { ...written, draft: last, rows: dataset.rows };
}

async function readAll<T>(
  files: readonly string[],
  given: Dialect,
  work: (tables: readonly ReadTable[]) => Promise<T>,
): Promise<T> {
  const tables: ReadTable[] = [];
  try {
    for (const file of files) {
      const guessed = await guessDialect(await inspectTableFile(file), given);
      const source = await openTable(file, ".", { dialect: guessed.dialect });
      const survey = await surveyTable(source, guessed.dialect).catch((error) => {
        source.close();
        throw error;
      });
      tables.push({ ...survey, source, dialect: guessed });
    }
    return await work(tables);
  } finally {
    for (const { source } of tables) source.close();
  }
}

async function load(text: string, out: string, folder: string): Promise<{ config: Config; dataset: Dataset }> {
  try {
    const config = parseConfigText(text, out);
    return { config, dataset: await loadDataset(config.data, folder) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`the tables cannot be loaded as they are (nothing was written): ${error.message}`);
  }
}

/** The name of the run: after the one table, after what the names of several begin with, else after the target. */
function runName(files: readonly string[], targets: readonly string[]): string {
  const [first, ...others] = files.map((file) =>
    path.basename(path.resolve(file)).replace(/(\.[A-Za-z]\w{0,7}){1,2}$/, ""),
  );
  const alike = others.reduce((stem, name) => commonStem(stem, name), first);
  const named = others.length === 0 || alike.length >= shortestStem ? alike : targets.join("-");
  const name = named.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
  return name.slice(0, 60) || "my-run";
}

/** Letters that names of tables must have in common for a run to be called so. */
const shortestStem = 3;

/** What two names begin with, whole words: `abide_lh` and `abide_rh` are of `abide`. */
function commonStem(one: string, other: string): string {
  const words = (name: string) => name.split(/(?<=[^\p{L}\p{N}])(?=[\p{L}\p{N}])/u);
  const [mine, theirs] = [words(one), words(other)];
  const ended = (word: string | undefined) => word?.replace(/[^\p{L}\p{N}]+$/u, "");
  const differ = mine.findIndex((word, i) => ended(word) !== ended(theirs[i]));
  return mine
    .slice(0, differ < 0 ? mine.length : differ)
    .join("")
    .replace(/[^\p{L}\p{N}]+$/u, "");
}
