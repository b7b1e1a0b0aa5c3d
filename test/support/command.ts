import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { pidregWarm } from "./warm.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = path.join(root, "bin/pidreg.js");

/** What a finished command left behind. */
export interface Finished {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command on its way. */
export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Resolves when stderr holds the text, or the command has ended. */
  readonly prints: (text: string) => Promise<void>;
}

/** Starts `pidreg` as a user would, in `cwd`. */
export function start(args: readonly string[], cwd: string): Running {
  const child = spawn(process.execPath, [program, ...args], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  const prints = (text: string) =>
    new Promise<void>((resolve) => {
      const look = () => stderr.includes(text) && resolve();
      child.stderr.on("data", look);
      child.on("close", () => resolve());
      look();
    });
  return { child, finished, prints };
}

/** Runs `pidreg` to its end; in a process that runs one command after another. */
export function pidreg(args: readonly string[], cwd: string): Promise<Finished> {
  return pidregWarm(args, cwd);
}

/** Runs `pidreg`, which must succeed, and returns what it prints. */
export async function succeeds(args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await pidreg(args, cwd);
  if (code !== 0) throw new Error(`pidreg ${args.join(" ")} ended with ${code}:\n${stderr}`);
  return stdout;
}

/** A folder that is removed after the tests of the file. */
export function scratchFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "pidreg-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A model so small that a run takes about two seconds. */
export const tinyModel = [
  "model.latentDim=3",
  "model.encoder.hidden=[8]",
  "model.predictor.hidden=[8]",
  "model.encoder.embedding=none",
  "training.batchSize=32",
  "training.stage1.maxEpochs=3",
  "training.stage2.maxEpochs=4",
].flatMap((override) => ["--set", override]);

/**
 * The tests run what `npm run build` made: refuses to test something else than the sources.
 * @throws when dist/ is missing or was made from other sources
 */
export async function requireBuild(): Promise<void> {
  const info = path.join(root, "dist/.tsbuildinfo");
  if (!existsSync(info) || !existsSync(path.join(root, "dist/command/main.js"))) {
    throw new Error("dist/ is missing: run `npm run build` before these tests (`npm test` does).");
  }
  // Contents, not times: a checkout may give unchanged sources new times.
  const compiled = readFileSync(info, "utf8");
  const joined = readFileSync(path.join(root, "dist/command/.made-of"), "utf8").trim();
  if (joined !== createHash("sha256").update(compiled).digest("hex")) {
    throw new Error("dist/command was not made of what stands in dist/: run `npm run build` before these tests.");
  }
  const { fileNames, fileInfos } = JSON.parse(compiled);
  const built = new Map<string, unknown>(
    fileNames.map((name: string, i: number) => [
      path.resolve(root, "dist", name),
      fileInfos[i].version ?? fileInfos[i],
    ]),
  );
  for (const name of await readdir(path.join(root, "src"), { recursive: true })) {
    if (!name.endsWith(".ts") || name.endsWith(".test.ts")) continue;
    const file = path.join(root, "src", name);
    const version = createHash("sha256").update(readFileSync(file)).digest("hex");
    if (built.get(file) !== version) {
      throw new Error(`dist/ was not built from this src/${name}: run \`npm run build\` before these tests.`);
    }
  }
}
