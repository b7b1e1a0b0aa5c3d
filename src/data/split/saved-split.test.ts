import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { dataSchema } from "../../config/data.js";
import { loadDataset } from "../load-dataset.js";

const folder = mkdtempSync(path.join(tmpdir(), "pidreg-split-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rows = Array.from({ length: 6 }, (_, i) => `s${i},${i},${i * 2},${7 - i}`);
writeFileSync(path.join(folder, "t.csv"), `id,y,a,b\n${rows.join("\n")}\n`);

function load(split: unknown) {
  writeFileSync(path.join(folder, "split.json"), typeof split === "string" ? split : JSON.stringify(split));
  const data = {
    file: "t.csv",
    target: "y",
    id: "id",
    modalities: { a: { columns: ["a"] }, b: { columns: ["b"] } },
    split: { by: "file", file: "split.json" },
  };
  return loadDataset(dataSchema.parse(data), folder);
}

it("leaves out rows that the split file does not name, and says so", async () => {
  const dataset = await load({ train: ["s0", "s1", "s2"], validation: ["s4"], test: ["s5"] });
  expect(dataset.rowIds).toEqual(["s0", "s1", "s2", "s4", "s5"]);
  expect(dataset.savedSplit?.test).toEqual(["s5"]);
  expect(dataset.account.messages).toEqual(["left out 1 row (in no part of data.split.file): s3"]);
});

it("refuses a file that is not a split", async () => {
  await expect(load("{")).rejects.toThrow("data.split.file: split.json: not valid JSON");
  await expect(load({ train: ["s0"], test: [] })).rejects.toThrow("split.json: validation: Invalid input");
  await expect(load({ train: [{}], validation: [], test: [] })).rejects.toThrow("train.0: ");
});

it("names the cause when its ids are spelled in another way", async () => {
  const padded = load({ train: ["s00", "s01", "s02"], validation: ["s03"], test: ["s4", "s5"] });
  await expect(padded).rejects.toThrow(
    'data.split.file: split.json: 4 of its 6 row ids are not in the table: "s00" in the file and "s0" in the table differ ' +
      "only by zeros in front",
  );
  const strangers = load({ train: ["x", "y"], validation: ["z"], test: [] });
  await expect(strangers).rejects.toThrow(/none of its 3 row ids is in the table \(there: "x", .*in the table: "s0", /);
});
