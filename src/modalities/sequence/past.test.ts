import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { parseConfig } from "../../config/load.js";
import { loadDataset } from "../../data/load-dataset.js";
import { openRows } from "../open-rows.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-past-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const lines = Array.from({ length: 40 }, (_, t) => [t, t % 2, `c${t % 3}`, 100 + t, t === 39 ? "" : 200 + t].join(","));
writeFileSync(path.join(root, "t.csv"), `t,a,word,b,y\n${lines.join("\n")}\n`);

const load = (modalities: object, data: object = {}, options: object = {}) =>
  loadDataset(
    parseConfig({ name: "n", data: { file: "t.csv", target: "y", order: "t", missing: "drop", modalities, ...data } })
      .data,
    root,
    { open: openRows, ...options },
  );
const windows = (columns: readonly string[]) => ({ kind: "sequence", columns, window: 3, orderBy: "t" });

it("windows hold the past of the target and of columns that other modalities have of the row itself", async () => {
  const modalities = { past: windows(["b", "y"]), now: { columns: ["a", "b"] } };
  const { stores, rowIds, account, mixedPast } = await load(
    modalities,
    { split: { by: "time", blocks: 1 } },
    { targets: "optional" },
  );
  expect(rowIds[0]).toBe("4");
  expect(rowIds).toHaveLength(37);
  const out = new Float64Array(12);
  await stores?.[0].read([0, 36], out);
  expect([...out]).toEqual([100, 200, 101, 201, 102, 202, 136, 236, 137, 237, 138, 238]);
  expect(account.messages.join()).toContain('windows of "past" hold what the target "y" was before: errors and atoms');
  expect(mixedPast).toBeUndefined();
});

it.each([{}, { split: { by: "time", blocks: 2 } }])(
  "warns where windows of training rows hold other targets: %o",
  async (split) => {
    const { mixedPast } = await load({ past: windows(["y"]), now: { columns: ["a"] } }, split);
    expect(mixedPast).toContain("windows of training rows hold targets of validation and test rows");
    const external = await load({ past: windows(["y"]), now: { columns: ["a"] } }, split, { external: true });
    expect(external.account.messages.join()).not.toContain("windows of");
  },
);

it("warns of no time split of one block, which it is by itself, nor of windows of other columns", async () => {
  const past = await load({ past: windows(["y"]), now: { columns: ["a"] } }, { split: { by: "time" } });
  expect(past.mixedPast).toBeUndefined();
  expect((await load({ past: windows(["b"]), now: { columns: ["a"] } })).mixedPast).toBeUndefined();
});

it("is no window where a target in it is not known, and is one where another column has a gap", async () => {
  const holes = lines.map((line, t) => {
    const [, a, word, b, y] = line.split(",");
    return [t, a, word, t === 10 ? "" : b, t === 20 ? "" : y].join(",");
  });
  writeFileSync(path.join(root, "holes.csv"), `t,a,word,b,y\n${holes.join("\n")}\n`);
  const modalities = { past: windows(["b", "y"]), now: { columns: ["a"] } };
  const { rowIds, stores } = await load(
    modalities,
    { file: "holes.csv", missing: "mean" },
    { targets: "optional", absentModalities: true },
  );
  const lacking = rowIds.filter((_, row) => stores?.[0].gaps[row] === 6);
  expect(lacking).toEqual(["1", "2", "3", "22", "23", "24"]);
  expect(stores?.[0].lacks?.(rowIds.indexOf("22"))).toBe('"y" is not known in every one of the 3 rows before it');
});

it("says of rows without a whole window that too few come before them, and how long series are", async () => {
  const word = { kind: "sequence", columns: ["b"], window: 3, orderBy: "t", within: "word" };
  const { account } = await load({ past: word, now: { columns: ["a"] } }, {}, { targets: "optional" });
  expect(account.messages.join()).toContain(
    'left out 9 rows (too few rows before them for a window of 3 rows (modality "past"))',
  );
  const long = { ...word, window: 14 };
  await expect(load({ past: long, now: { columns: ["a"] } })).rejects.toThrow(
    /data.modalities.past.window: a window has the 14 rows before a row, and the longest series of .*t.csv \(column "word"\) has 14: no row has a whole one. Choose at most 13/,
  );
  const external = { external: true, targets: "optional" };
  await expect(load({ past: long, now: { columns: ["a"] } }, {}, external)).rejects.toThrow(
    /no row is left; all 40 rows have too few rows before them for a window of 14 rows \(modality "past"\); the longest series has 14 rows/,
  );
  await expect(load({ past: long, now: { columns: ["a"] } }, { missing: "error" }, external)).rejects.toThrow(
    /0 rows come before it in "t" within its "word", and a window has 14; the longest series has 14 rows/,
  );
});

it.each([
  ["a glob that reaches the target", { past: windows(["*"]) }, {}, /"y" is a target; name it in `columns` by itself/],
  [
    "a target of classes",
    { past: windows(["y"]) },
    { target: { column: "y", kind: "class" } },
    /"y" is a target and cannot be/,
  ],
  ["the row id", { past: windows(["b", "a"]) }, { id: "b" }, /"b" is the row id and cannot be a feature/],
  [
    "a category",
    { past: windows(["a"]), now: { columns: ["b"], categories: ["a"] } },
    {},
    /"a" is a category or a date of now/,
  ],
  [
    "two windows of one column",
    { past: windows(["b"]), more: windows(["b"]) },
    {},
    /"b" belongs to both past and more/,
  ],
])("refuses %s", async (_what, modalities, data, message) => {
  await expect(load({ now: { columns: ["word"] }, ...modalities }, data)).rejects.toThrow(message);
});
