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
  const { stores, rowIds, account } = await load(
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
  expect(account.messages.join()).not.toContain("windows of training rows hold targets of test rows");
});

it.each([{}, { split: { by: "time", blocks: 2 } }])(
  "says where windows of training rows hold test targets: %o",
  async (split) => {
    const { account } = await load({ past: windows(["y"]), now: { columns: ["a"] } }, split);
    expect(account.messages.join()).toContain("windows of training rows hold targets of test rows");
    const external = await load({ past: windows(["y"]), now: { columns: ["a"] } }, split, { external: true });
    expect(external.account.messages.join()).not.toContain("windows of");
  },
);

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
