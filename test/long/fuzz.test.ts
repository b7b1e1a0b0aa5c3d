import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { readCovarianceFile } from "../../src/cli/decompose/covariance-file.js";
import { loadConfig, parseConfig } from "../../src/config/load.js";
import { loadDataset } from "../../src/data/load-dataset.js";
import { generateSynthetic } from "../../src/data/synthetic/generate.js";
import { writeSynthetic } from "../../src/data/synthetic/write.js";
import { readCsvHeader } from "../../src/data/table/csv-header.js";
import { inspectTableFile, textOf } from "../../src/data/table/table-file.js";
import { InputError, RunError } from "../../src/errors.js";
import { digestedJson } from "../../src/files/digested-json.js";
import { decodeSafetensors } from "../../src/files/safetensors.js";
import { Rng } from "../../src/math/rng.js";
import { gaussianPidFromCovariance } from "../../src/pid/estimate/pid-from-covariance.js";
import { loadCheckpoint } from "../../src/record/checkpoint.js";
import { loadModel } from "../../src/record/model-folder.js";
import { writeReport } from "../../src/report/write-report.js";
import { trainRun } from "../../src/run/train-run.js";
import { mutateBytes, mutateJson } from "../support/mutate.js";
import { resealModel, resealRun } from "../support/reseal.js";

/** Multiplies the number of cases of every test. */
const scale = Number(process.env.PIDREG_FUZZ ?? 1);
/** Longest time of one case; far above any, far below a hang. */
const slowestMs = 5000;

let folder: string;
let data: ReturnType<typeof parseConfig>["data"];
let cases = 0;
const file = (name: string) => join(folder, name);
const inRun = (name: string) => join(folder, "run", name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pidreg-fuzz-"));
  const table = generateSynthetic("mixed", { rows: 300, seed: 1, width: 3 });
  for (const format of ["csv", "parquet"] as const) await writeSynthetic(table, folder, format);
  const config = parseConfig({
    name: "fuzz",
    data: { file: "table.csv", target: "y", modalities: { a: { columns: ["alpha_*"] }, b: { columns: ["beta_*"] } } },
    model: { latentDim: 2, encoder: { hidden: [4], embedding: "none" }, predictor: { hidden: [4] } },
    training: { batchSize: 32, stage1: { maxEpochs: 1 }, stage2: { maxEpochs: 1 } },
  });
  data = config.data;
  await trainRun({ config, baseFolder: folder, out: file("run") });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/**
 * Runs `attempt` on many mutations of one thing: each passes or is refused, with a message, without hanging or filling
 * the memory.
 */
async function fuzz<T>(count: number, mutate: (rng: Rng) => T, attempt: (mutated: T) => unknown): Promise<void> {
  const before = process.memoryUsage().rss;
  let refused = 0;
  for (let k = 0; k < count * scale; k++) {
    const started = performance.now();
    try {
      await attempt(mutate(new Rng(`fuzz/${k}`)));
    } catch (error) {
      if (!(error instanceof InputError || error instanceof RunError)) {
        throw new Error(`case ${k}: ${(error as Error).stack}`, { cause: error });
      }
      expect(error.message.length, `case ${k}: ${error.message.slice(0, 300)}`).toBeLessThan(25_000);
      refused++;
    }
    expect(performance.now() - started, `case ${k}`).toBeLessThan(slowestMs);
    cases++;
  }
  expect(refused).toBeGreaterThan(count / 50);
  expect(process.memoryUsage().rss - before).toBeLessThan(600 * 2 ** 20);
}

describe("damaged and hostile input is refused or read, never worse", () => {
  it("config: bytes", async () => {
    const path = file("config.yaml");
    const { file: table, target, modalities } = data;
    const text = Buffer.from(
      stringify({ name: "x", data: { file: table, target, modalities }, losses: { prediction: "huber" } }),
    );
    await fuzz(
      3000,
      (rng) => mutateBytes(text, rng),
      async (bytes) => {
        await writeFile(path, bytes);
        await loadConfig(path, ["seed=3"]);
      },
    );
  });

  it("config: values", async () => {
    const config = parseConfig({ name: "x", data });
    await fuzz(3000, (rng) => mutateJson(config, rng), parseConfig);
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, key) => {
        cases++;
        try {
          parseConfig({ name: "x", data, [key]: value });
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { seed: 1, numRuns: 1000 * scale },
    );
  });

  it("overrides", async () => {
    await writeFile(file("good.yaml"), stringify({ name: "x", data }));
    const override = Buffer.from("training.optimizer.learningRate=0.001");
    await fuzz(
      1000,
      (rng) => mutateBytes(override, rng).toString("utf8"),
      (text) => loadConfig(file("good.yaml"), [text]),
    );
  });

  it("safetensors", async () => {
    const bytes = await readFile(inRun("model/weights.safetensors"));
    await fuzz(
      7000,
      (rng) => mutateBytes(bytes.subarray(0, 4096), rng),
      (mutated) => decodeSafetensors(mutated, "file"),
    );
    const headerLength = Number(bytes.readBigUInt64LE());
    const header = JSON.parse(bytes.toString("utf8", 8, 8 + headerLength));
    const reassemble = (changed: unknown) => {
      const json = Buffer.from(JSON.stringify(changed) ?? "");
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(json.length));
      return Buffer.concat([length, json, bytes.subarray(8 + headerLength)]);
    };
    await fuzz(
      2500,
      (rng) => reassemble(mutateJson(header, rng)),
      (mutated) => decodeSafetensors(mutated, "file"),
    );
  });

  it("safetensors whose header claims more than there is", () => {
    const header = Buffer.from(
      '{"w":{"dtype":"F32","shape":[1073741824,1073741824],"data_offsets":[0,4611686018427387904]}}',
    );
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    expect(() => decodeSafetensors(Buffer.concat([length, header]), "f")).toThrow(InputError);
    length.writeBigUInt64LE(2n ** 60n);
    expect(() => decodeSafetensors(Buffer.concat([length, header]), "f")).toThrow(
      /its header claims 1152921504606846976/,
    );
  });

  it("model.json and weights", async () => {
    const document = await readFile(inRun("model/model.json"));
    const { digest: _digest, ...parsed } = JSON.parse(document.toString("utf8"));
    const weights = await readFile(inRun("model/weights.safetensors"));
    const load = async (json: string | Buffer, tensors: Buffer) => {
      await writeFile(inRun("model/model.json"), json);
      await writeFile(inRun("model/weights.safetensors"), tensors);
      await resealModel(inRun("model"));
      await loadModel(inRun("model"));
    };
    try {
      await fuzz(
        200,
        (rng) => mutateBytes(document, rng),
        (mutated) => load(mutated, weights),
      );
      await fuzz(
        200,
        (rng) => digestedJson({ ...(mutateJson(parsed, rng) as object) }, "model.json"),
        (mutated) => load(mutated, weights),
      );
      await fuzz(
        200,
        (rng) => mutateBytes(weights, rng),
        (mutated) => load(document, mutated),
      );
    } finally {
      await load(document, weights);
    }
  });

  it("checkpoint whose checksum fits", async () => {
    const path = inRun("checkpoint/checkpoint.safetensors");
    const bytes = (await readFile(path)).subarray(0, -32);
    const { fingerprint } = JSON.parse(decodeSafetensors(bytes, path).metadata.pidreg);
    await fuzz(
      800,
      (rng) => mutateBytes(bytes, rng),
      async (body) => {
        await writeFile(path, Buffer.concat([body, createHash("sha256").update(body).digest()]));
        await loadCheckpoint(inRun("checkpoint"), fingerprint);
      },
    );
  });

  it("covariance", async () => {
    const cov = Array.from({ length: 5 }, (_, i) => Array.from({ length: 5 }, (_, j) => (i === j ? 2 : 0.3)));
    const document = { cov, dm: 1, dims: [2, 2], n: 200, names: ["a", "b"], target: "y" };
    const text = Buffer.from(JSON.stringify(document));
    const decompose = async (content: string | Buffer) => {
      await writeFile(file("cov.json"), content);
      const { covariance, targets, sources, n } = await readCovarianceFile(file("cov.json"));
      gaussianPidFromCovariance(covariance, { targets, sources }, n ?? 100);
    };
    await fuzz(700, (rng) => mutateBytes(text, rng), decompose);
    await fuzz(700, (rng) => JSON.stringify(mutateJson(document, rng)), decompose);
  });

  it("CSV header", async () => {
    const bytes = (await readFile(file("table.csv"))).subarray(0, 400);
    await fuzz(
      900,
      (rng) => mutateBytes(bytes, rng),
      async (mutated) => {
        await writeFile(file("h.csv"), mutated);
        await readCsvHeader(textOf(await inspectTableFile(file("h.csv"))));
      },
    );
  });

  it.each([
    ["csv", 60],
    ["parquet", 60],
    ["jsonl", 60],
  ] as const)("tables: %s", async (format, count) => {
    const csv = (await readFile(file("table.csv"), "utf8")).trimEnd().split("\n");
    const names = csv[0].split(",");
    const lines = csv.slice(1).map((line) => {
      const cells = line.split(",");
      return JSON.stringify(Object.fromEntries(names.map((name, i) => [name, Number(cells[i])])));
    });
    const bytes = format === "jsonl" ? Buffer.from(`${lines.join("\n")}\n`) : await readFile(file(`table.${format}`));
    await fuzz(
      count,
      (rng) => mutateBytes(bytes, rng),
      async (mutated) => {
        await writeFile(file(`m.${format}`), mutated);
        await loadDataset({ ...data, file: `m.${format}` }, folder);
      },
    );
  });

  it("run folders", async () => {
    for (const name of ["metrics.json", "pid.json", "pid.jsonl", "metrics.jsonl", "predictions.csv", "config.yaml"]) {
      const bytes = await readFile(inRun(name));
      await fuzz(
        12,
        (rng) => mutateBytes(bytes, rng),
        async (mutated) => {
          await writeFile(inRun(name), mutated);
          await resealRun(file("run"));
          await writeReport(file("run"), file("report.html"));
        },
      );
      await writeFile(inRun(name), bytes);
      await resealRun(file("run"));
    }
  });

  it("was tried often enough", () => {
    expect(cases).toBeGreaterThanOrEqual(20_000);
  });
});
