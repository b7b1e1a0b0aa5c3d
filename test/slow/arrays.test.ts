import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import * as ort from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfigText } from "../../src/config/load.js";
import { readArrayFile } from "../../src/files/array-file.js";
import { parseCsv } from "../../src/files/parse-csv.js";
import { Rng } from "../../src/math/rng.js";
import { evaluateTable } from "../../src/run/apply/evaluate-run.js";
import { exportOnnx } from "../../src/run/apply/export-onnx.js";
import { predictRun } from "../../src/run/apply/predict-run.js";
import { type TrainRunOptions, trainRun } from "../../src/run/train-run.js";
import { writeNpy } from "../support/npy.js";

const folder = mkdtempSync(join(tmpdir(), "pidreg-arrays-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const inFolder = (name: string) => join(folder, name);
const text = (...names: string[]) => readFileSync(join(folder, ...names), "utf8");

const small = `
model: { latentDim: 4, encoder: { hidden: [16], embedding: none }, predictor: { hidden: [16] } }
losses: { independence: { weight: 0.1, target: cross } }
training: { batchSize: 32, modalityDropout: 0.1, stage1: { maxEpochs: 2 }, stage2: { maxEpochs: 3 } }
evaluation: { baselines: [mlp] }
`;
/** Pictures of 6 x 7 whose brightness is one cause, and a column that is the other; some rows lack the picture. */
const rows = 400;
const config = (extra = small) =>
  parseConfigText(
    `name: arrays
data:
  file: t.csv
  id: id
  target: y
  missing: mean
  modalities:
    picture: { kind: array, array: pictures.npy, index: place }
    number: { columns: [b] }
${extra}`,
    "c.yaml",
  );
const train = (out: string, options: Partial<TrainRunOptions> = {}) =>
  trainRun({ config: config(), baseFolder: folder, out: inFolder(out), ...options });
const predict = (out: string, options: object = {}) =>
  predictRun({
    run: inFolder("run"),
    data: inFolder("t.csv"),
    out: inFolder(out),
    draws: 0,
    engine: "auto",
    ...options,
  });

beforeAll(async () => {
  const rng = new Rng("arrays");
  const causes = Array.from({ length: rows }, () => [rng.normal(), rng.normal()]);
  const pictures = causes
    .toReversed()
    .flatMap(([a]) => Array.from({ length: 42 }, () => 50 + 10 * (a + 0.3 * rng.normal())));
  writeNpy(inFolder("pictures.npy"), [rows, 6, 7], pictures);
  const lines = causes.map(([a, b], i) => [`r${i}`, a + b, b, i % 10 === 3 ? "" : rows - 1 - i]);
  writeFileSync(inFolder("t.csv"), ["id,y,b,place", ...lines].join("\n"));
  await train("run");
});

describe("a modality that lies in an array file", () => {
  it("is trained, told in data.json and drawn in the report, with the rows that lack it", () => {
    const { modalities, missing } = JSON.parse(text("run", "data.json"));
    const { pictures, ...card } = modalities.picture;
    expect(card).toEqual({
      ...{ kind: "array", file: "pictures.npy", dtype: "float64", shape: [6, 7], normalise: "channel" },
      ...{ rows, lacking: 40 },
    });
    expect(pictures.slice(0, 4).map(({ id, width, height }: Record<string, unknown>) => [id, width, height])).toEqual(
      ["r0", "r1", "r2", "r4"].map((id) => [id, 7, 6]),
    );
    expect(missing.modalities.picture).toMatchObject({ columns: 42, absentRows: 40, values: 40 * 42, most: [] });
    expect(text("run", "report.html").match(/<img src="data:image\/png;base64,/g)).toHaveLength(8);
    const { baselines } = JSON.parse(text("run", "metrics.json"));
    expect(Object.keys(baselines)).toEqual(["mean", "ridge", "ridge.picture", "ridge.number", "mlp"]);
    expect(baselines["ridge.picture"].test.overall.r2).toBeGreaterThan(0.2);
    expect(text("run", "config.yaml")).toContain("array: ../pictures.npy");
    expect(Object.keys(JSON.parse(text("run", "environment.json")).dataChecksum)).toEqual(["t.csv", "pictures.npy"]);
  });

  it("resumes to the same bytes, and not with another array", async () => {
    const stop = new AbortController();
    const observer = { epoch: ({ epoch }: { epoch: number }) => void (epoch === 2 && stop.abort()) };
    await expect(train("stopped", { signal: stop.signal, observer: observer as never })).rejects.toThrow(/interrupted/);
    await train("stopped", { resume: true });
    for (const name of ["metrics.json", "pid.json", "predictions.csv", "rows.json", "model/weights.safetensors"]) {
      expect(text("stopped", name), name).toBe(text("run", name));
    }
    const bytes = readFileSync(inFolder("pictures.npy"));
    const stopAgain = new AbortController();
    const soon = { epoch: () => stopAgain.abort() };
    await expect(train("other", { signal: stopAgain.signal, observer: soon as never })).rejects.toThrow();
    writeFileSync(inFolder("pictures.npy"), Buffer.from(bytes).fill(1, bytes.length - 8));
    const resumed = train("other", { resume: true });
    await expect(resumed).rejects.toThrow(/not the data that it was begun with: pictures\.npy/);
    const { messages } = await predict("changed.csv");
    expect(messages.join("\n")).toMatch(/pictures\.npy: is not the array that "picture" was trained on/);
    writeFileSync(inFolder("pictures.npy"), bytes);
  });

  it("predicts a table with the array of the training, or another one", async () => {
    const { messages } = await predict("p.csv");
    expect(messages.join("\n")).toMatch(/of 400 rows, 280 \(70 %\) in the training part/);
    await predict("same.csv", { arrays: { picture: inFolder("pictures.npy") } });
    expect(text("same.csv")).toBe(text("p.csv"));
    const all = await readArrayFile(inFolder("pictures.npy"));
    const values = new Float64Array(42 * rows);
    for (let row = 0; row < rows; row++) all.row(row, values, 42 * row);
    writeNpy(
      inFolder("bright.npy"),
      [rows, 6, 7],
      values.map((value) => 255 * value),
    );
    const bright = await predict("bright.csv", { arrays: { picture: inFolder("bright.npy") } });
    expect(bright.departed?.map(({ modality, column }) => [modality, column])).toEqual([["picture", "mean of a row"]]);
    expect(text("bright.csv")).not.toBe(text("p.csv"));
    await expect(predict("x.csv", { arrays: { pictur: "a.npy" } })).rejects.toThrow(/no modality .* there is picture/);
    const evaluated = await evaluateTable(inFolder("run"), inFolder("t.csv"), "auto");
    expect(evaluated.byMissing.map(({ missing, metrics }) => [missing, metrics.n])).toEqual([
      [[], 360],
      [["picture"], 40],
    ]);
  });

  it("without an index its rows are those of the table, and another table needs another array", async () => {
    const place = (data: ReturnType<typeof config>["data"]) => ({
      kind: "array",
      array: "pictures.npy",
      normalise: "sample" as const,
      data,
    });
    const own = config();
    const { kind, array, normalise } = place(own.data);
    const modalities = { ...own.data.modalities, picture: { kind, array, normalise } } as typeof own.data.modalities;
    await train("ordered", {
      config: { ...own, data: { ...own.data, modalities }, evaluation: { ...own.evaluation, baselines: false } },
    });
    const request = {
      run: inFolder("ordered"),
      data: inFolder("t.csv"),
      out: inFolder("o.csv"),
      draws: 0,
      engine: "auto" as const,
    };
    await expect(predictRun(request)).rejects.toThrow(
      /name the array that belongs to this table, --array picture=FILE/,
    );
    writeNpy(inFolder("few.npy"), [3, 6, 7], new Float64Array(126));
    const few = predictRun({ ...request, arrays: { picture: inFolder("few.npy") } });
    await expect(few).rejects.toThrow(
      /few\.npy has 3 rows and .*t\.csv has 400; .* Name the array that belongs to this table/,
    );
    expect((await predictRun({ ...request, arrays: { picture: inFolder("pictures.npy") } })).rows).toBe(rows);
  });

  it("is exported with its shape: the graph predicts what `predict` does", async () => {
    for (const run of ["run", "ordered"]) {
      const { file, shapes, inputs } = await exportOnnx(inFolder(run), inFolder(`${run}.onnx`));
      expect([shapes, inputs]).toEqual([{ picture: [6, 7] }, { number: ["b"] }]);
      const all = await readArrayFile(inFolder("pictures.npy"));
      const picture = new Float64Array(42 * rows);
      const { rows: lines } = parseCsv(text("t.csv"), "t.csv");
      const places = lines.map(([, , , place], i) =>
        run === "ordered" ? i : place === "" ? Number.NaN : Number(place),
      );
      places.forEach((place, i) => {
        if (Number.isNaN(place)) picture.fill(Number.NaN, 42 * i, 42 * (i + 1));
        else all.row(place, picture, 42 * i);
      });
      const session = await ort.InferenceSession.create(file);
      const number = Float64Array.from(lines, ([, , b]) => Number(b));
      const { prediction } = await session.run({
        picture: new ort.Tensor("float64", picture, [rows, 6, 7]),
        number: new ort.Tensor("float64", number, [rows, 1]),
      });
      const { header, rows: predicted } = parseCsv(text(run === "run" ? "p.csv" : "o.csv"), "predictions");
      const at = header.indexOf("y.prediction");
      (prediction.data as Float64Array).forEach((value, i) => {
        // A model that takes absent modalities is exported without them: such rows are NaN.
        if (Number.isNaN(places[i])) expect(value).toBeNaN();
        else expect(Math.abs(value - Number(predicted[i][at]))).toBeLessThan(1e-5);
      });
    }
  });
});

const shared = fileURLToPath(new URL("../../../shared/data", import.meta.url));
const present = existsSync(join(shared, "mnist_t10k"));
if (!present) console.warn(`skipped: pictures and sounds of digits are not at ${shared}`);
const learning = `
model: { latentDim: 8, encoder: { hidden: [64] , embedding: none, dropout: 0.2 }, predictor: { hidden: [32] } }
losses: { independence: { weight: 0 } }
training: { batchSize: 32, stage1: { maxEpochs: 6 }, stage2: { maxEpochs: 10 } }
`;

describe.skipIf(!present)("pictures and sounds of digits", () => {
  const digits = () => gunzipSync(readFileSync(join(shared, "mnist_t10k/t10k-labels-idx1-ubyte.gz"))).subarray(8);
  const r2 = async (
    name: string,
    modalities: string,
    lines: readonly (readonly (string | number)[])[],
    header: string,
  ) => {
    writeFileSync(inFolder(`${name}.csv`), [header, ...lines].join("\n"));
    const text = `name: ${name}\ndata: { file: ${name}.csv, target: y, modalities: ${modalities} }\n${learning}`;
    const result = await trainRun({ config: parseConfigText(text, name), baseFolder: folder, out: inFolder(name) });
    return { found: result.metrics.test.overall.r2 ?? 0, mean: result.metrics.baselines.mean.test.overall.r2 ?? 0 };
  };

  it("the halves of a picture tell its digit", async () => {
    const images = await readArrayFile(join(shared, "mnist_t10k/t10k-images-idx3-ubyte.gz"));
    const row = new Float64Array(784);
    const [top, bottom] = [new Float64Array(600 * 392), new Float64Array(600 * 392)];
    for (let i = 0; i < 600; i++) {
      images.row(i, row, 0);
      top.set(row.subarray(0, 392), 392 * i);
      bottom.set(row.subarray(392), 392 * i);
    }
    writeNpy(inFolder("top.npy"), [600, 14, 28], top);
    writeNpy(inFolder("bottom.npy"), [600, 14, 28], bottom);
    const halves = "{ top: { kind: array, array: top.npy }, bottom: { kind: array, array: bottom.npy } }";
    const { found, mean } = await r2(
      "halves",
      halves,
      [...digits().subarray(0, 600)].map((digit) => [digit]),
      "y",
    );
    expect(mean).toBeLessThan(0.05);
    expect(found).toBeGreaterThan(0.4);
  });

  it("a picture and a sound tell the sum of their digits", async () => {
    const sounds = join(shared, "fsdd_spoken_digits/logmel_40x32.npz");
    const label = await readArrayFile(sounds, sounds, "label");
    const spoken = new Float64Array(1);
    const rng = new Rng("sounds");
    const lines = [...digits().subarray(0, 800)].map((digit, i) => {
      const sound = rng.integer(3000);
      label.row(sound, spoken, 0);
      return [digit + spoken[0], i, sound];
    });
    const picture = `{ kind: array, array: "${join(shared, "mnist_t10k/t10k-images-idx3-ubyte.gz")}", index: image }`;
    const both = `{ picture: ${picture}, sound: { kind: array, array: "${sounds}#X", index: sound } }`;
    const { found, mean } = await r2("sum", both, lines, "y,image,sound");
    expect(mean).toBeLessThan(0.05);
    expect(found).toBeGreaterThan(0.3);
  });
});
