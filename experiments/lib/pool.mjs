/*
 * Runs the cells of a study in worker processes and appends one JSON line per finished cell to a file; cells that are in
 * the file already are left out, so that a study continues where it was cut off.
 */
import { fork } from "node:child_process";
import { appendFile, readFile } from "node:fs/promises";
import { setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const worker = fileURLToPath(new URL("./worker.mjs", import.meta.url));

/** Lines of a results file; none when there is no file yet. */
export async function readResults(file) {
  const text = await readFile(file, "utf8").catch((error) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  // a run that was killed while it wrote leaves half a line, which is done again
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  return whole
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

/**
 * @param study.module URL of the study's script, which exports `runCell(cell)` and starts nothing when imported
 * @param study.cells  plain objects; a result is the cell's fields with what `runCell` returned
 * @param study.file   results file (JSON lines)
 * @param study.workers number of processes
 * @param study.first  how many of the cells to run at most
 */
export async function runStudy({ module, cells: all, file, workers, first }) {
  const log = (text) => process.stderr.write(`${text}\n`);
  const cells = all.slice(0, first);
  const done = new Set((await readResults(file)).map((result) => keyOf(result, cells)));
  const open = cells.filter((cell) => !done.has(JSON.stringify(cell)));
  log(`${open.length} of ${cells.length} cells to run`);
  let next = 0;
  const errors = [];
  const one = async () => {
    const child = fork(worker, [String(module)]);
    setPriority(child.pid, 10);
    try {
      while (next < open.length && errors.length === 0) {
        const cell = open[next++];
        const result = await ask(child, cell);
        await appendFile(file, `${JSON.stringify({ ...cell, ...result })}\n`);
        log(`${JSON.stringify(cell)} ${result.seconds === undefined ? "done" : `${Math.round(result.seconds)} s`}`);
      }
    } catch (error) {
      errors.push(error);
    } finally {
      child.kill();
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, open.length) }, one));
  if (errors.length > 0) throw errors[0];
}

/** A result's own cell as text: its fields that cells have. */
function keyOf(result, cells) {
  const fields = Object.keys(cells[0] ?? {});
  return JSON.stringify(Object.fromEntries(fields.map((name) => [name, result[name]])));
}

function ask(child, cell) {
  return new Promise((resolve, reject) => {
    const finish = (settle, value) => {
      child.off("message", onMessage);
      child.off("exit", onExit);
      settle(value);
    };
    const onMessage = ({ result, error }) =>
      error === undefined ? finish(resolve, result) : finish(reject, new Error(`${JSON.stringify(cell)}: ${error}`));
    const onExit = (code) => finish(reject, new Error(`${JSON.stringify(cell)}: the process ended with ${code}`));
    child.on("message", onMessage);
    child.on("exit", onExit);
    child.send(cell);
  });
}

/**
 * The arguments of a study's script: those that all have (--seeds, --workers, --out, --set, --first) and its own.
 * @param url of the script; its folder holds results.jsonl
 * @param own further options of `parseArgs`
 */
export function studyArguments(url, own) {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string", default: "1-3" },
      workers: { type: "string", default: "2" },
      out: { type: "string", default: fileURLToPath(new URL("results.jsonl", url)) },
      set: { type: "string", multiple: true, default: [] },
      first: { type: "string" },
      ...own,
    },
  });
  const { seeds, workers, out, first, ...rest } = values;
  return {
    ...rest,
    seeds: numberList(seeds),
    pool: { module: url, file: out, workers: Number(workers), first: first === undefined ? Infinity : Number(first) },
  };
}

/** Whether this module is the script that node was started with. */
export function isMain(url) {
  return process.argv[1] === fileURLToPath(url);
}

/** "1-3,7" as [1, 2, 3, 7]. */
export function numberList(text) {
  return text.split(",").flatMap((part) => {
    const [from, to = from] = part.split("-").map(Number);
    if (!Number.isFinite(from) || !Number.isFinite(to)) throw new Error(`not a list of numbers: ${text}`);
    return from === to ? [from] : Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}
