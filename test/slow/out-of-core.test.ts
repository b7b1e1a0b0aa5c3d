import { execFileSync } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfigText } from "../../src/config/load.js";
import { loadDataset } from "../../src/data/load-dataset.js";
import { Rng } from "../../src/math/rng.js";
import { predictRun } from "../../src/run/apply/predict-run.js";
import { type PreparedRun, prepareRun } from "../../src/run/prepare.js";
import { trainRun } from "../../src/run/train-run.js";
import type { StoredRows } from "../../src/training/data.js";
import { atChange, isRun, results, start } from "../support/kill.js";
import { itLong } from "../support/long.js";

const folder = mkdtempSync(join(tmpdir(), "pidreg-out-of-core-"));
const inFolder = (...names: string[]) => join(folder, ...names);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rows = 3000;
/** Rows of a group, 20 or 1. */
const groups = (i: number) => (i < 2000 ? `g${i % 100}` : `only ${i}`);

beforeAll(() => {
  const rng = new Rng("out-of-core");
  const lines: string[] = [];
  for (let i = 0; i < rows; i++) {
    const a = [rng.normal(), rng.normal(), rng.normal()];
    const b = [rng.normal(), rng.normal()];
    const kind = ["x", "y", "z"][i % 3];
    const y = a[0] + a[1] * b[0] + (kind === "z" ? 1 : 0) + 0.3 * rng.normal();
    const part = i % 10 < 7 ? "train" : i % 10 < 8 ? "validation" : "test";
    const cells = [`r${i}`, groups(i), part, i % 50 === 3 ? "" : y, ...a, ...b, kind, `2024-0${1 + (i % 9)}-11`];
    if (i % 7 === 0) cells[5] = "";
    if (i % 11 === 0) [cells[7], cells[8]] = ["", ""];
    lines.push(cells.join(","));
  }
  writeFileSync(inFolder("t.csv"), ["id,group,part,y,a_1,a_2,a_3,b_1,b_2,kind,day", ...lines].join("\n"));
});

interface Changes {
  readonly data?: string;
  readonly sample?: number | null;
  readonly memory?: number;
  readonly dropout?: number;
}

const text = ({ data = "id: id", sample = 800, memory = 1, dropout = 0.1 }: Changes) => `
name: large
data:
  file: t.csv
  target: y
  missing: mean
  missingIndicator: true
  ${data}
  modalities: { a: { columns: ["a_*"], categories: [kind], dates: { day: [year] } }, b: { columns: ["b_*"] } }
  streaming: { cache: cache, memory: ${memory} }
  ${sample === null ? "" : `outOfCore: { sample: ${sample} }`}
model: { latentDim: 4, encoder: { hidden: [16], embedding: none }, predictor: { hidden: [16] } }
training: { batchSize: 32, modalityDropout: ${dropout}, stage1: { maxEpochs: 2 }, stage2: { maxEpochs: 3 } }
evaluation: { importance: off }
`;
const configOf = (changes: Changes) => parseConfigText(text(changes), "c.yaml");
const prepare = (changes: Changes) => prepareRun(configOf(changes), folder, new Rng(configOf(changes).seed));
const train = (out: string, changes: Changes, resume = false) =>
  trainRun({ config: configOf(changes), baseFolder: folder, out: inFolder(out), resume });

/** Every row that a step reads as one text, sorted: inputs, target, its Gaussian view, presence. */
async function stepRows({ training }: PreparedRun): Promise<string[]> {
  const { stored } = training;
  const held =
    stored === undefined
      ? training
      : await (stored as StoredRows).read(Int32Array.from({ length: stored.rows }, (_, i) => i));
  const numbers =
    stored === undefined ? Array.from(training.trainRows) : Array.from({ length: stored.rows }, (_, i) => i);
  const outputs = 1;
  return numbers
    .map((row) =>
      [
        ...held.modalities.flatMap((modality) => {
          if (!("values" in modality)) throw new RangeError("rows in memory are expected");
          const { values, width, present } = modality;
          return [...values.subarray(row * width, (row + 1) * width), present?.[row] ?? 1];
        }),
        held.target.subarray(row * outputs, (row + 1) * outputs),
        held.gaussianTarget.subarray(row * outputs, (row + 1) * outputs),
      ].join(" "),
    )
    .sort();
}

describe("a table out of core", () => {
  it("has the rows, the parts and the preparation of the path in memory where the sample is the whole table", async () => {
    for (const dropout of [0.1, 0]) {
      const whole = await prepare({ sample: null, dropout });
      const stored = await prepare({ sample: rows, dropout });
      expect(stored.split).toEqual(whole.split);
      expect(stored.preprocessor).toEqual(whole.preprocessor);
      expect(JSON.stringify(stored.coding.toJSON())).toBe(JSON.stringify(whole.coding.toJSON()));
      expect(stored.training.stored?.rows).toBe(whole.split.train.length);
      expect(await stepRows(stored)).toEqual(await stepRows(whole));
    }
  });

  it("trains on all rows but those of validation and test where the sample is a part of it", async () => {
    const stored = await prepare({});
    const whole = await prepare({ sample: null });
    const held = stored.split.validation.length + stored.split.test.length;
    expect(stored.dataset.rows).toBeLessThan(800);
    expect(stored.training.stored?.rows).toBe(whole.dataset.rows - held);
    // The sample's own rows are among them, as they are in memory.
    const { stored: _stored, ...sample } = stored.training;
    const found = new Set(await stepRows(stored));
    for (const row of await stepRows({ ...stored, training: sample })) expect(found.has(row)).toBe(true);
    const said = stored.messages.find((message) => message.startsWith("out of core"));
    expect(said).toContain(`${whole.dataset.rows - held} rows of 3000 train, from disk`);
    expect(stored.messages.join()).toMatch(/shares of rows are off by at most 5\.\d* % \(95 %\)/);
  });

  it("keeps groups together: no row trains whose group is of the validation or test part", async () => {
    const { dataset, split, training, messages } = await prepare({ data: "id: id\n  group: group" });
    const held = new Set([...split.validation, ...split.test].map((row) => dataset.group?.[row]));
    const known = Array.from({ length: rows }, (_, i) => i).filter((i) => i % 50 !== 3);
    const expected = known.filter((i) => !held.has(groups(i))).length;
    expect(training.stored?.rows).toBe(expected);
    const others = known.length - expected - split.validation.length - split.test.length;
    expect(others).toBeGreaterThan(100);
    expect(messages.join()).toContain(`${others} rows are in no part: of a group of validation or test rows`);
  });

  it("goes by the column of the parts", async () => {
    const { training } = await prepare({ data: "id: id\n  split: { by: column, column: part }" });
    const expected = Array.from({ length: rows }, (_, i) => i).filter((i) => i % 50 !== 3 && i % 10 < 7).length;
    expect(training.stored?.rows).toBe(expected);
  });

  it("counts rows of the file where no column names them", async () => {
    const { dataset } = await prepare({ data: "" });
    const numbers = dataset.rowIds.map(Number);
    expect(Math.max(...numbers)).toBeGreaterThan(2500);
    expect(numbers.every((number) => (number - 1) % 50 !== 3)).toBe(true);
  });

  itLong(
    "writes its rows once: a second run takes them, a damaged file is refused, and made again when it is gone",
    async () => {
      rmSync(inFolder("cache"), { recursive: true, force: true });
      await train("once", {});
      const [file, ...others] = readdirSync(inFolder("cache"));
      expect(others).toEqual([]);
      const bytes = readFileSync(inFolder("cache", file));
      await train("twice", {});
      expect(readdirSync(inFolder("cache"))).toEqual([file]);
      const spoilt = Buffer.from(bytes);
      spoilt[5000] ^= 1;
      writeFileSync(inFolder("cache", file), spoilt);
      await expect(train("spoilt", {})).rejects.toThrow(/are damaged; delete the file/);
      rmSync(inFolder("cache", file));
      await train("spoilt", {}, true);
      expect(readFileSync(inFolder("cache", file)).equals(bytes)).toBe(true);
      const [once, again] = await Promise.all(["once", "spoilt"].map((name) => results(inFolder(name))));
      for (const [name, own] of Object.entries(once)) expect(again[name].equals(own), name).toBe(true);
    },
  );

  it("does not depend on the memory that rows may take, and is predicted like any run", async () => {
    await train("small", { memory: 1 });
    await train("large", { memory: 1000 });
    const [small, large] = await Promise.all(["small", "large"].map((name) => results(inFolder(name))));
    // The model holds its config, which says it.
    const { "model/model.json": _model, ...others } = small;
    for (const [name, own] of Object.entries(others)) expect(large[name].equals(own), name).toBe(true);
    for (const name of ["small", "large"]) {
      await predictRun({
        run: inFolder(name),
        data: inFolder("t.csv"),
        out: inFolder(`${name}.csv`),
        draws: 0,
        engine: "auto",
      });
    }
    const predictions = readFileSync(inFolder("small.csv"), "utf8");
    expect(predictions.trimEnd().split("\n").length).toBe(rows + 1);
    expect(readFileSync(inFolder("large.csv"), "utf8")).toBe(predictions);
  });

  itLong("gives the members of an ensemble the same rows, in one file", async () => {
    rmSync(inFolder("cache"), { recursive: true, force: true });
    const config = { ...configOf({}), ensemble: 2 };
    await trainRun({ config, baseFolder: folder, out: inFolder("ensemble"), jobs: 1 });
    expect(readdirSync(inFolder("cache")).length).toBe(1);
    const ids = (run: string) => JSON.parse(readFileSync(inFolder("ensemble", run, "split.json"), "utf8"));
    expect(ids("members/1")).toEqual(ids("."));
    expect(ids("members/2")).toEqual(ids("."));
    const { outOfCore } = JSON.parse(readFileSync(inFolder("ensemble", "data.json"), "utf8"));
    const { split } = await prepare({});
    const held = split.validation.length + split.test.length;
    expect(outOfCore).toEqual({ tableRows: rows, trainingRows: 2940 - held, heldOut: held, leftOut: 60 });
  });

  it("is refused by commands that hold the table", async () => {
    await expect(loadDataset(configOf({}).data, folder)).rejects.toThrow(
      "data.outOfCore: only `train` leaves rows on disk; this command holds all rows of a table in memory",
    );
  });

  itLong("says which disk is full, and goes on to the same bytes when there is room", async (context) => {
    const disk = inFolder("disk");
    mkdirSync(disk);
    const size = (kilobytes: number, more = "") =>
      execFileSync("mount", ["-t", "tmpfs", "-o", `${more}size=${kilobytes}k`, "none", disk], { stdio: "pipe" });
    try {
      size(100);
    } catch {
      console.warn("SKIPPED: a full disk of rows out of core: this user may not mount one");
      return context.skip();
    }
    try {
      const onDisk = text({}).replace("cache: cache", "cache: disk");
      writeFileSync(inFolder("disk.yaml"), onDisk);
      const args = ["train", inFolder("disk.yaml"), "--quiet", "--out", inFolder("on-disk")];
      // Too small from the start: nothing is written.
      const small = await start(args, folder).ended;
      expect(small.code).toBe(2);
      expect(small.stderr).toMatch(
        /disk: rows take 0\.\d+ GB, and 0\.\d+ GB are free; .*name another folder, data\.streaming\.cache/,
      );
      expect(readdirSync(disk)).toEqual([]);
      // Filled by others while rows are written.
      size(2000, "remount,");
      const config = parseConfigText(onDisk, "disk.yaml");
      const fill = (_name: string, _done: number, _of: number | null, what?: string) => {
        if (what === "rows written to disk") fillUp(inFolder("disk", "filler"));
      };
      await expect(prepareRun(config, folder, new Rng(config.seed), undefined, fill)).rejects.toThrow(
        /disk\/.*: cannot be written: no space is left on the disk \(ENOSPC\)/,
      );
      expect(readdirSync(disk)).toEqual(["filler"]);
      rmSync(inFolder("disk", "filler"));
      const last = await start([...args, "--resume"], folder).ended;
      expect(last.code, last.stderr).toBe(0);
      await train("never-full", {});
      const [full, never] = await Promise.all(["on-disk", "never-full"].map((name) => results(inFolder(name))));
      // The model holds its config, which names the folder.
      const { "model/model.json": _model, ...others } = never;
      for (const [name, own] of Object.entries(others)) expect(full[name].equals(own), name).toBe(true);
    } finally {
      execFileSync("umount", ["--lazy", disk]);
    }
  });

  itLong("ends with the same bytes when it is killed on the way", { timeout: 600_000 }, async () => {
    writeFileSync(inFolder("c.yaml"), text({}));
    const args = ["train", inFolder("c.yaml"), "--quiet"];
    const whole = await start([...args, "--out", inFolder("whole")], folder).ended;
    expect(whole.code, whole.stderr).toBe(0);
    const expected = await results(inFolder("whole"));
    const out = inFolder("killed");
    // While the rows are written, and at several changes of the checkpoint.
    rmSync(inFolder("cache"), { recursive: true });
    for (const nth of [1, 2, 9, 4]) {
      const { child, ended } = start([...args, "--out", out, ...(isRun(out) ? ["--resume"] : [])], folder);
      const kill = () => child.kill("SIGKILL");
      const place = isRun(out) ? join(out, "checkpoint") : undefined;
      const stop =
        place !== undefined && readdirSync(out).includes("checkpoint")
          ? atChange(place, nth, kill)
          : later(kill, 1500 * nth);
      await ended;
      stop();
    }
    const last = await start([...args, "--out", out, ...(isRun(out) ? ["--resume"] : [])], folder).ended;
    expect(last.code, last.stderr).toBe(0);
    const actual = await results(out);
    for (const [name, bytes] of Object.entries(expected)) expect(actual[name].equals(bytes), name).toBe(true);
  });
});

function later(act: () => void, milliseconds: number): () => void {
  const timer = setTimeout(act, milliseconds);
  return () => clearTimeout(timer);
}

/** Writes until the disk takes no more. */
function fillUp(path: string): void {
  const descriptor = openSync(path, "w");
  try {
    for (;;) writeSync(descriptor, Buffer.alloc(4096, 1));
  } catch {
    closeSync(descriptor);
  }
}
