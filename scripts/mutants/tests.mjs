// Runs unit tests of the copy, with all faults off or one of them on.
import { spawn } from "node:child_process";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

const running = new Set();
let ended = false;

/** Ends every test run in progress; none is started any more. */
export function endAll() {
  ended = true;
  for (const child of running) end(child);
}

function end(child) {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

/** @returns {Promise<{ code: number | null, timedOut: boolean, output: string }>} */
function vitest(folder, args, { env = {}, limit = Number.POSITIVE_INFINITY } = {}) {
  if (ended) return new Promise(() => {});
  return new Promise((resolve, reject) => {
    const program = join(folder, "node_modules/vitest/vitest.mjs");
    const options = { cwd: folder, env: { ...process.env, ...env }, detached: true, stdio: ["ignore", "pipe", "pipe"] };
    const child = spawn(process.execPath, [program, "run", "--config", "mutants.config.mjs", ...args], options);
    running.add(child);
    let output = "";
    let timedOut = false;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output = `${output}${text}`.slice(-100_000);
      });
    }
    const timer = Number.isFinite(limit)
      ? setTimeout(() => {
          timedOut = true;
          end(child);
        }, limit * 1000)
      : undefined;
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code, timedOut, output });
    });
  });
}

/**
 * Runs unit tests with all faults off.
 * @param tests where their names begin; all if empty
 * @returns what each passing test file took and which faults it reached, and the files that fail in the copy
 */
export async function dryRun(folder, jobs, tests) {
  const reachedFolder = join(folder, "../reached");
  await mkdir(reachedFolder);
  const report = join(folder, "../dry.json");
  const args = ["--reporter=json", `--outputFile=${report}`, `--maxWorkers=${jobs}`, ...tests];
  await vitest(folder, args, { env: { PIDREG_REACHED: reachedFolder } });
  const { testResults } = JSON.parse(await readFile(report, "utf8"));
  const passed = testResults.filter(({ status }) => status === "passed");
  const failed = testResults.filter(({ status }) => status !== "passed").map(({ name }) => relative(folder, name));
  const seconds = new Map(passed.map(({ name, startTime, endTime }) => [name, (endTime - startTime) / 1000]));
  const files = [];
  for (const name of await readdir(reachedFolder)) {
    const { file, reached } = JSON.parse(await readFile(join(reachedFolder, name), "utf8"));
    if (seconds.has(file)) files.push({ file: relative(folder, file), seconds: seconds.get(file), reached });
  }
  return { files, failed };
}

/** A test file starts in about this many seconds, beside what its tests take. */
const start = 20;

/**
 * Runs test files with one fault on, until a test fails.
 * @returns {Promise<"killed" | "timeout" | "survived">} `timeout`: took many times as long as without the fault
 */
export async function testFault(folder, id, files) {
  const limit = start * Math.ceil(files.length / 4) + 6 * files.reduce((sum, { seconds }) => sum + seconds, 0);
  const args = ["--bail=1", "--maxWorkers=1", "--reporter=dot", ...files.map(({ file }) => file)];
  const { code, timedOut } = await vitest(folder, args, { env: { PIDREG_FAULT: String(id) }, limit });
  if (timedOut) return "timeout";
  return code === 0 ? "survived" : "killed";
}
