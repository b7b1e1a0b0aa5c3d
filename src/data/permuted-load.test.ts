import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { dataSchema } from "../config/data.js";
import { loadDataset } from "./load-dataset.js";
import { loadExternalTable } from "./load-external-table.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-permuted-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const lines = Array.from({ length: 30 }, (_, i) => `s${i},${i},${i % 7},site ${i % 3}`);
writeFileSync(path.join(root, "t.csv"), `id,y,a,site\n${lines.join("\n")}\n`);
const split = (name: string, test: number) => {
  const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `s${from + i}`);
  const parts = { train: ids(test, 20), validation: ids(20, 24), test: ids(0, test) };
  writeFileSync(path.join(root, name), JSON.stringify(parts));
};
split("one.json", 5);
split("two.json", 9);
const data = (file: string, permuteTargets?: object) =>
  dataSchema.parse({
    ...{ file: "t.csv", id: "id", target: "y", modalities: { a: { columns: ["a"] } }, split: { by: "file", file } },
    ...(permuteTargets && { permuteTargets }),
  });
const values = async (file: string, permute?: object) => {
  const { targets, rowIds } = await loadDataset(data(file, permute), root);
  return rowIds.map((id, row) => [id, targets[0].values[row]]);
};

it("deals the targets of a config anew, the same in every fold of the same rows", async () => {
  const plain = await values("one.json");
  expect(plain.slice(0, 2)).toEqual([
    ["s0", 0],
    ["s1", 1],
  ]);
  const permuted = await values("one.json", { seed: 3 });
  expect(await values("two.json", { seed: 3 })).toEqual(permuted);
  expect(await values("one.json", { seed: 4 })).not.toEqual(permuted);
  expect(permuted).not.toEqual(plain);
  // Rows that the split sets aside take no part: all values are those of the 24 rows.
  expect(permuted.map(([, y]) => Number(y)).sort((a, b) => a - b)).toEqual(plain.map(([, y]) => y));
  const { account } = await loadDataset(data("one.json", { seed: 3 }), root);
  expect(account.messages).toContain(
    "targets are dealt anew among the rows (data.permuteTargets): features say nothing of them",
  );
});

it("deals them within the values of a column, and leaves other tables as they are", async () => {
  const within = await values("one.json", { seed: 3, within: "site" });
  expect(within.map(([id, y]) => (Number(String(id).slice(1)) - Number(y)) % 3)).toEqual(
    within.map(() => expect.closeTo(0, 12)),
  );
  const columns = [{ name: "a", columns: ["a"] }];
  const { targets } = await loadExternalTable(data("one.json", { seed: 3 }), columns, path.join(root, "t.csv"));
  expect(Array.from(targets[0].values)).toEqual(lines.map((_, i) => i));
});
