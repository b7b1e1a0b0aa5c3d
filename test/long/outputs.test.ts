import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { type Finished, pidreg, requireBuild, scratchFolder, start, succeeds, tinyModel } from "../support/command.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = path.join(root, "bin/pidreg.js");
const folder = scratchFolder();
const inFolder = (...names: string[]) => path.join(folder, ...names);
const train = ["train", "data/config.yaml", ...tinyModel];
const decompose = ["decompose", "--no-check", "--data", "data/table.csv", "--target", "y", "--modality", "a=alpha_*"];
decompose.push("--modality", "b=beta_*");

beforeAll(async () => {
  await requireBuild();
  await succeeds(["synth", "mixed", "--out", "data", "--rows", "300", "--columns", "3"], folder);
  await succeeds([...train, "--out", "run"], folder);
  cpSync(inFolder("run"), inFolder("run2"), { recursive: true });
});

/** Runs `pidreg` as `line` says, where `"$@"` stands for the command. */
async function shell(line: string, args: readonly string[]): Promise<Finished> {
  const child = spawn("bash", ["-c", line, "bash", process.execPath, program, ...args], { cwd: folder });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  }
  const [code] = await once(child, "close");
  return { code, ...texts };
}

/** Temporary files in a folder and below. */
function drafts(place: string): string[] {
  if (!existsSync(place)) return [];
  return (readdirSync(place, { recursive: true }) as string[]).filter((name) => /\.\d+$|\.tmp$/.test(name));
}

const sentence = /^pidreg: stdout: the results could not be written: [\w ]+ \(E[A-Z]+\)\n$/m;

describe.skipIf(!existsSync("/dev/full"))("a stream that takes nothing", () => {
  it.each<[string, string[]]>([
    ["evaluate", ["evaluate", "run"]],
    ["evaluate --json", ["evaluate", "run", "--json"]],
    ["predict", ["predict", "run", "--data", "data/table.csv", "--out", "p.csv"]],
    ["decompose --json", [...decompose, "--json"]],
    ["synth", ["synth", "mixed", "--out", "again", "--rows", "100"]],
    ["report", ["report", "run"]],
    ["export", ["export", "run", "--onnx", "m.onnx"]],
    ["compare", ["compare", "run", "run2"]],
    ["--help", ["--help"]],
  ])("as stdout is told in one sentence by %s", async (_, args) => {
    const { code, stderr } = await shell('"$@" > /dev/full', args);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(sentence) });
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it.each<[string, string, string[], number]>([
    ["stdout", '"$@" > /dev/full', ["--json"], 1],
    ["stderr", '"$@" 2> /dev/full', [], 0],
    ["both", '"$@" > /dev/full 2>&1', ["--verbose"], 1],
    ["both, closed", '"$@" >&- 2>&-', [], 0],
    [
      "stderr, a pipe whose reader has gone",
      '{ "$@" 2>&1 >/dev/null; echo $? > code; } | true; exit $(cat code)',
      [],
      0,
    ],
    ["both, pipes whose reader has gone", '{ "$@" 2>&1; echo $? > code; } | head -1; exit $(cat code)', [], 0],
  ])("does not end a training: %s", async (name, line, more, code) => {
    const out = `to-${name.replaceAll(/\W/g, "-")}`;
    const ended = await shell(line, [...train, "--out", out, ...more]);
    expect(ended.code, ended.stderr).toBe(code);
    expect(existsSync(inFolder(out, "report.html"))).toBe(true);
    expect(readFileSync(inFolder(out, "metrics.json"), "utf8")).toBe(
      readFileSync(inFolder("run", "metrics.json"), "utf8"),
    );
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });
});

/** Blocks of 1024 bytes that a file may have: a disk that becomes full in the middle, for whoever runs the tests. */
const limited = (blocks: number) => `ulimit -f ${blocks}; exec "$@"`;

describe.skipIf(process.platform === "win32")("a disk that is full", () => {
  it("in the middle of what stdout is written to is told", async () => {
    const { code, stderr } = await shell(`${limited(1)} > result.json`, [...decompose, "--json"]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(sentence) });
  });

  it.each<[string, string[], RegExp]>([
    ["train", [...train, "--out", "disk/run"], /disk\/run\/run\.lock/],
    ["an ensemble", [...train, "--set", "ensemble=2", "--out", "disk/run"], /disk\/run\/run\.lock/],
    ["crossval", ["crossval", ...train.slice(1), "--out", "disk/run"], /disk\/run\/run\.lock/],
    ["a plan", ["crossval", ...train.slice(1), "--out", "disk/run", "--plan-only"], /disk\/run\/run\.lock/],
    ["predict", ["predict", "run", "--data", "data/table.csv", "--out", "disk/p.csv"], /disk\/p\.csv/],
    ["decompose --local", [...decompose, "--local", "disk/l.csv"], /disk\/l\.csv/],
    ["decompose --figure", [...decompose, "--figure", "disk/f.svg"], /disk\/f\.svg/],
    ["compare", ["compare", "run", "run2", "--out", "disk/c"], /disk\/c\/compare-figures\/\S+\.svg/],
    ["report", ["report", "run", "--out", "disk/r.html"], /disk\/r-figures\/\S+\.svg/],
    ["export", ["export", "run", "--onnx", "disk/m.onnx"], /disk\/m\.onnx/],
    ["synth", ["synth", "mixed", "--out", "disk/s", "--rows", "100"], /disk\/s\/table\.csv/],
    ["synth, parquet", ["synth", "mixed", "--out", "disk/s", "--format", "parquet"], /disk\/s\/table\.parquet/],
    ["quickstart", ["quickstart", "--out", "disk/q"], /disk\/q\/run\.lock/],
  ])("ends %s with exit 1, the name of the file and nothing half-written", async (_, args, file) => {
    rmSync(inFolder("disk"), { recursive: true, force: true });
    mkdirSync(inFolder("disk"));
    const { code, stdout, stderr } = await shell(limited(0), args);
    expect({ code, stdout }, stderr).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      new RegExp(`^pidreg: \\S*${file.source}: cannot be (written|created)[^\\n]* \\(EFBIG\\)`, "m"),
    );
    expect(drafts(inFolder("disk"))).toEqual([]);
    const left = (readdirSync(inFolder("disk"), { recursive: true }) as string[]).filter((name) => name.includes("."));
    expect(left).toEqual([]);
  });

  it("leaves the report of a run as it was", async () => {
    const before = readFileSync(inFolder("run", "report.html"), "utf8");
    const { code, stderr } = await shell(limited(30), ["report", "run"]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^pidreg: run\/\S+: cannot be written: [\w ]+ \(EFBIG\)\n$/),
    });
    expect(readFileSync(inFolder("run", "report.html"), "utf8")).toBe(before);
    expect(drafts(inFolder("run"))).toEqual([]);
  });
});

/** A folder that nobody can write into, where this user can make one: a disk of its own for root, else a permission. */
const readOnly =
  process.getuid?.() === 0
    ? "mkdir -p ro && mount -t tmpfs -o size=8m none ro || exit 77; trap 'umount ro' EXIT; cp -r run ro/run && mount -o remount,ro ro"
    : "mkdir -p ro && cp -r run ro/run && chmod -R a-w ro; trap 'chmod -R u+w ro; rm -rf ro' EXIT";

describe.skipIf(process.platform === "win32")("a disk that is read-only", () => {
  it.each<[string, string[]]>([
    ["report", ["report", "ro/run"]],
    ["report --out", ["report", "run", "--out", "ro/r.html"]],
    ["train", [...train, "--out", "ro/new"]],
    ["train --resume", [...train, "--out", "ro/run", "--resume"]],
    ["predict", ["predict", "run", "--data", "data/table.csv", "--out", "ro/p.csv"]],
    ["export", ["export", "run", "--onnx", "ro/m.onnx"]],
    ["synth", ["synth", "mixed", "--out", "ro/s"]],
  ])("ends %s with exit 1 and the name of the file", async (_, args) => {
    const { code, stderr } = await shell(`${readOnly}; "$@"`, args);
    if (code === 77) return console.warn("not tried: this user may not mount a disk");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^pidreg: \S*ro\/\S+: (cannot be|no permission to) writ.*\n$/),
    });
  });
});

describe.skipIf(process.platform === "win32")("a signal", () => {
  it.each([
    ["csv", "SIGINT"],
    ["csv.gz", "SIGTERM"],
    ["parquet", "SIGINT"],
    ["parquet", "SIGTERM"],
  ] as const)("while synth writes %s, %s, leaves nothing", async (format, signal) => {
    const out = inFolder(`made-${format}-${signal}`);
    const running = start(["synth", "mixed", "--out", out, "--rows", "60000", "--format", format], folder);
    while (drafts(out).length === 0) await wait(2);
    running.child.kill(signal);
    if (format === "csv") running.child.kill(signal);
    expect((await running.finished).code).toBe(signal === "SIGINT" ? 130 : 143);
    expect(existsSync(out) ? readdirSync(out) : []).toEqual([]);
  });

  it("waits until a file that is being written is in place", async () => {
    const draft = pathToFileURL(path.join(root, "dist/files/draft.js")).href;
    const script = `
      import { writeFile, rename } from "node:fs/promises";
      import { withDraft } from ${JSON.stringify(draft)};
      await withDraft("late.txt", async (draft) => {
        await writeFile(draft, "whole");
        process.stdout.write("ready");
        await new Promise((go) => setTimeout(go, 300));
        await rename(draft, "late.txt");
      });
      setTimeout(() => {}, 60_000);`;
    for (const signals of [1, 2]) {
      rmSync(inFolder("late.txt"), { force: true });
      const child = spawn(process.execPath, ["--input-type=module", "-e", script], { cwd: folder });
      await once(child.stdout, "data");
      child.kill("SIGTERM");
      if (signals === 2) {
        await wait(100);
        child.kill("SIGTERM");
      }
      const [code, signal] = await once(child, "close");
      expect({ code, signal }).toEqual({ code: null, signal: "SIGTERM" });
      expect(readdirSync(folder).filter((name) => name.startsWith("late"))).toEqual(signals === 1 ? ["late.txt"] : []);
    }
  });
});

describe("trainings that start at once", () => {
  it("each get a folder of their own, and the refused ones leave none", async () => {
    const seeds = [1, 2, 3];
    const ended = await Promise.all(seeds.map((seed) => pidreg([...train, "--seed", String(seed), "--quiet"], folder)));
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
    const names = ["synthetic-mixed", "synthetic-mixed-2", "synthetic-mixed-3"];
    expect(readdirSync(inFolder("runs")).sort()).toEqual(names);
    const written = names.map((name) =>
      /^seed: (\d)$/m.exec(readFileSync(inFolder("runs", name, "config.yaml"), "utf8")),
    );
    expect(written.map((found) => Number(found?.[1])).sort()).toEqual(seeds);
    for (const name of names) expect(existsSync(inFolder("runs", name, "report.html"))).toBe(true);
    expect((await pidreg([...train, "--set", "data.target=z"], folder)).code).toBe(2);
    expect(readdirSync(inFolder("runs")).sort()).toEqual(names);
  });

  it("with --resume begin where there is nothing, and say so though they are quiet", async () => {
    const { code, stderr } = await pidreg([...train, "--out", "fresh", "--resume", "--quiet"], folder);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining("nothing to resume in fresh") });
    const study = ["crossval", ...train.slice(1), "--set", "data.target=z", "--resume", "--quiet", "--out", "study"];
    const refused = await pidreg(study, folder);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("nothing to resume in study") });
    expect(existsSync(inFolder("study"))).toBe(false);
  });
});
