import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { RunFolder } from "./run-folder.js";
import { readComparison, storedComparison } from "./stored-comparison.js";

const name = "mlp.json";
const wanted = { training: "a training", network: "mlp", length: 3, undigested: false };
const prediction = Float64Array.of(0.1, -2e-9, 3);
const text = storedComparison({ ...wanted, prediction });
let folder: RunFolder;
beforeAll(async () => {
  folder = new RunFolder(await mkdtemp(path.join(tmpdir(), "pidreg-comparison-")));
});
afterAll(() => rm(folder.path, { recursive: true }));

const read = async (content: string | Buffer, more: Partial<typeof wanted> = {}) => {
  await folder.writeBytes(name, Buffer.from(content));
  return readComparison(folder, name, { ...wanted, ...more });
};

it("gives back the predictions of its network", async () => {
  expect(await read(text)).toEqual(prediction);
});

it("refuses every flipped bit, and says what to do", async () => {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at++) {
    const flipped = Buffer.from(bytes);
    flipped[at] ^= 1 << (at % 8);
    await expect(read(flipped), `byte ${at}`).rejects.toThrow(
      /mlp\.json: .*; remove the file to train that network again$/,
    );
  }
});

it("refuses that of another training, another network or other rows", async () => {
  await expect(read(text, { training: "another" })).rejects.toThrow("is of another training");
  await expect(read(text, { network: "late" })).rejects.toThrow("of another network than late");
  await expect(read(text, { length: 4 })).rejects.toThrow("should hold 4 predictions");
});

it("takes one without a digest only where the training is of a version that wrote none", async () => {
  const bare = JSON.stringify({ prediction: [...prediction] });
  await expect(read(bare)).rejects.toThrow("does not end in its digest");
  expect(await read(bare, { undigested: true })).toEqual(prediction);
});
