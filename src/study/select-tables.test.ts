import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { parseConfig } from "../config/load.js";
import type { Config } from "../config/schema.js";
import { loadDataset } from "../data/load-dataset.js";
import { rebaseConfig } from "../record/rebase-config.js";
import { subsetConfig } from "./subset-config.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-select-tables-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const people = Array.from({ length: 12 }, (_, i) => i + 1);
const write = (file: string, header: string, row: (i: number) => string) =>
  writeFileSync(path.join(root, file), `${[header, ...people.map(row)].join("\n")}\n`);
const ses = (i: number) => `ses-${1 + (i % 2)}`;
// Three spellings of the same people; the target stands in the file of the first modality. The last person of the first is in no other.
write("a.csv", "who,visit,age,a1", (i) => `sub-0${i},${ses(i)},${20 + i},${i}`);
write("b.csv", "who,visit,b1", (i) => `${i === 12 ? 99 : i},${ses(i)},${2 * i}`);
write("c.csv", "ID,when,c1", (i) => `SUB-${i},${ses(i)},${3 * i}`);

const subsets = [["a", "b", "c"], ["a"], ["b"], ["c"], ["b", "c"], ["c", "a"]];
const spelled = people.slice(0, 11).map((i) => `sub-0${i}`);

it.each([
  ["one column", "who", "ID", spelled],
  ["two columns", ["who", "visit"], ["ID", "when"], spelled.map((id, i) => `${id}_${ses(i + 1)}`)],
])("every subset of three files has the same rows by the same names: a key of %s", async (_, join, key, ids) => {
  const config = parseConfig({
    name: "three",
    data: {
      ...{ join, normaliseKeys: "bids", target: "age", missing: "drop", split: { by: "file", file: "split.json" } },
      modalities: {
        a: { columns: ["a1"], file: "a.csv" },
        b: { columns: ["b1"], file: "b.csv" },
        c: { columns: ["c1"], file: "c.csv", key },
      },
    },
  });
  writeFileSync(
    path.join(root, "split.json"),
    JSON.stringify({ train: ids.slice(0, 6), validation: ids.slice(6, 8), test: ids.slice(8) }),
  );
  const rowsOf = async ({ data }: Config) => {
    const { rowIds, modalities, targets } = await loadDataset(data, root);
    return { rowIds, ages: [...targets[0].values], of: modalities.map(({ name }) => name) };
  };
  for (const subset of subsets) {
    // As the config of a training is written and read again in another folder.
    const moved = rebaseConfig(subsetConfig(config, subset), root, path.join(root, "runs/one"));
    const again = parseConfig(JSON.parse(JSON.stringify(rebaseConfig(moved, path.join(root, "runs/one"), root))));
    const { rowIds, ages, of } = await rowsOf(again);
    expect([rowIds, ages], subset.join()).toEqual([ids, people.slice(0, 11).map((i) => 20 + i)]);
    expect(of.toSorted()).toEqual(subset.toSorted());
  }
});

it("a subset of modalities of one table names no further table", () => {
  const modalities = { a: { columns: ["a1"] }, b: { columns: ["b1"] } };
  const config = parseConfig({ name: "one", data: { file: "a.csv", target: "age", modalities } });
  expect(subsetConfig(config, ["a"]).data.tables).toBeUndefined();
});
