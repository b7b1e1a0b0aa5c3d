import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DataConfigInput, dataSchema } from "../config/data.js";
import { InputError } from "../errors.js";
import { loadDataset } from "./load-dataset.js";
import { loadExternalTable } from "./load-external-table.js";

const folder = mkdtempSync(path.join(tmpdir(), "pidreg-load-"));
const put = (name: string, content: string) => writeFileSync(path.join(folder, name), content);
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  put("t.csv", "id,g,y,y2,a1,a2,b1,fold\nr1,x,1,5,1,2,3,train\nr2,x,2,6,4,5,6,test\nr3,z,4,7,7,8,9,validation\n");
  put("gaps.csv", "y,a1,b1\n1,1,1\n,2,2\n3,,3\n4,4,4\nNA,5,5\n");
  put("mri.csv", "subject,age,m1\ns1,20,1\ns2,30,2\ns3,40,3\ns4,50,4\n");
  put("pet.csv", "p1,subject\n30,s3\n10,s1\n90,s9\n20,s2\n");
});

const base = {
  file: "t.csv",
  target: "y",
  modalities: { a: { columns: ["a*"] }, b: { columns: ["b1"] } },
} satisfies DataConfigInput;
const load = (config: DataConfigInput) => loadDataset(dataSchema.parse(config), folder);
const twoFiles = {
  target: "age",
  join: "subject",
  modalities: { mri: { columns: ["m1"], file: "mri.csv" }, pet: { columns: ["p1"], file: "pet.csv" } },
} satisfies DataConfigInput;

describe("loadDataset", () => {
  it("gathers modalities, targets, ids, groups and split labels", async () => {
    const split = { by: "column", column: "fold" } as const;
    const data = await load({ ...base, target: ["y2", "y"], id: "id", group: "g", split });
    expect(data).toMatchObject({
      rows: 3,
      rowIds: ["r1", "r2", "r3"],
      group: ["x", "x", "z"],
      splitLabels: ["train", "test", "validation"],
    });
    expect(data.modalities.map(({ name, columns, values }) => [name, columns, [...values]])).toEqual([
      ["a", ["a1", "a2"], [1, 2, 4, 5, 7, 8]],
      ["b", ["b1"], [3, 6, 9]],
    ]);
    expect(data.targets.map(({ name, values }) => [name, ...values])).toEqual([
      ["y2", 5, 6, 7],
      ["y", 1, 2, 4],
    ]);
    expect(data.account.messages).toEqual([]);
  });

  it("leaves out rows that lack one of several targets, whichever it is", async () => {
    put("two.csv", "y,y2,a1,a2,b1\n1,10,1,1,1\n,20,2,2,2\n3,,3,3,3\n4,40,4,4,4\n,,5,5,5\n6,60,6,6,6\n");
    const data = await load({ ...base, file: "two.csv", target: ["y", "y2"] });
    expect(data.rowIds).toEqual(["1", "4", "6"]);
    expect(data.targets.map(({ values }) => [...values])).toEqual([
      [1, 4, 6],
      [10, 40, 60],
    ]);
    expect(data.account.messages[0]).toMatch(/^left out 3 rows \(no value of target y, y2\)/);
  });

  it("takes rows that lack whole modalities where that is allowed, but none that lacks all", async () => {
    const read = (missing: "error" | "drop", rows: string, absentModalities: boolean) => {
      put("some.csv", rows);
      return loadDataset(dataSchema.parse({ ...base, file: "some.csv", missing }), folder, { absentModalities });
    };
    const whole = "y,a1,a2,b1\n1,1,1,1\n2,,,2\n3,3,3,\n";
    expect((await read("error", whole, true)).rows).toBe(3);
    await expect(read("error", whole, false)).rejects.toThrow(
      'Every column is missing of modality "a" (1 row), "b" (1 row): with training.modalityDropout above 0 such rows',
    );
    await expect(read("error", `${whole}4,4,,4\n`, true)).rejects.toThrow(/1 of 4 rows .* missing in "a2" \(1\)/);
    await expect(read("error", `${whole}4,,,\n`, true)).rejects.toThrow(/1 of 4 rows/);
    const dropped = await read("drop", `${whole}4,4,,4\n5,,,\n6,6,6,6\n`, true);
    expect(dropped.rowIds).toEqual(["1", "2", "3", "6"]);
    const external = loadExternalTable(
      dataSchema.parse(base),
      [
        { name: "a", columns: ["a1", "a2"] },
        { name: "b", columns: ["b1"] },
      ],
      path.join(folder, "some.csv"),
    );
    await expect(external).rejects.toThrow(/a model that is trained with training\.modalityDropout above 0 predicts/);
  });

  it("reads columns beside the section: texts with their gaps, numbers, and a feature as text too", async () => {
    const extra = (column: string, kind: "text" | "number", optional = false) =>
      ({ key: "data.harmonise.site", column, kind, optional }) as const;
    const extras = [extra("g", "text"), extra("a1", "text"), extra("y2", "number"), extra("none", "text", true)];
    const data = await loadDataset(dataSchema.parse(base), folder, { extras });
    expect(Object.fromEntries(data.labels)).toEqual({ g: ["x", "x", "z"], a1: ["1", "4", "7"] });
    expect([...(data.covariates.get("y2") ?? [])]).toEqual([5, 6, 7]);
    const wanted = loadDataset(dataSchema.parse(base), folder, { extras: [extra("none", "text")] });
    await expect(wanted).rejects.toThrow('data.harmonise.site: there is no column "none"');
    const gaps = await loadDataset(dataSchema.parse({ ...base, file: "gaps.csv", missing: "mean" }), folder, {
      extras: [extra("a1", "text")],
    });
    expect(gaps.labels.get("a1")).toEqual(["1", null, "4"]);
  });

  it("takes index ranges and `exclude`", async () => {
    const data = await load({
      ...base,
      modalities: { a: { columns: ["4:7"], exclude: ["b*"] }, b: { columns: ["b1"] } },
    });
    expect(data.modalities[0].columns).toEqual(["a1", "a2"]);
  });

  it.each([
    [
      "target in a modality",
      { ...base, modalities: { a: { columns: ["a1", "y"] }, b: { columns: ["b1"] } } },
      /"y" is a target and cannot be a feature/,
    ],
    ["id in a modality", { ...base, id: "b1" }, /"b1" is the row id/],
    [
      "overlap",
      { ...base, modalities: { a: { columns: ["a*"] }, b: { columns: ["a2", "b1"] } } },
      /"a2" belongs to both a and b/,
    ],
    [
      "unknown column",
      { ...base, modalities: { a: { columns: ["a3"] }, b: { columns: ["b1"] } } },
      /modalities\.a \(t\.csv\): "a3" matches no column.*id, g, y/,
    ],
    [
      "everything excluded",
      { ...base, modalities: { a: { columns: ["a*"], exclude: ["a*"] }, b: { columns: ["b1"] } } },
      /leaves no column/,
    ],
    ["unknown target", { ...base, target: "z" }, /data\.target: there is no column "z"/],
    ["unknown group", { ...base, group: "site" }, /data\.group: there is no column "site"/],
    ["repeated id", { ...base, id: "g" }, /rows 1 and 2 .* both have the id "x"/],
    [
      "text as feature",
      { ...base, modalities: { a: { columns: ["g"] }, b: { columns: ["b1"] } } },
      /row 1 .*column "g".*got "x"/,
    ],
    [
      "gaps by default",
      { ...base, file: "gaps.csv" },
      /1 of 3 rows have missing feature values.*row "3".*"a1" \(1\).*drop.*mean/,
    ],
    ["no such file", { ...base, file: "none.csv" }, /none\.csv: there is no such file/],
  ])("refuses %s", async (_, config, message) => {
    const error = await load(config).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(message);
  });

  it("refuses a constant target and a table without targets", async () => {
    put("const.csv", "y,y3,a1,b1\n7,,1,2\n7,,2,3\n");
    const config = { ...base, file: "const.csv" };
    await expect(load(config)).rejects.toThrow(/"y" is 7 in all 2 rows/);
    put("const-words.csv", "y,y3,a1,b1\nCN,,1,2\nCN,,2,3\n");
    await expect(load({ ...base, file: "const-words.csv" })).rejects.toThrow(/"y" is "CN" in all 2 rows/);
    await expect(load({ ...config, target: "y3" })).rejects.toThrow(
      /no row is left; all 2 rows have no value of target/,
    );
  });

  it("drops rows without a target and applies the policy for gaps, with an account", async () => {
    const config = { ...base, file: "gaps.csv" };
    const dropped = await load({ ...config, missing: "drop" });
    expect(dropped.rowIds).toEqual(["1", "4"]);
    expect(dropped.account).toMatchObject({ rowsRead: 5, rowsUsed: 2 });
    expect(dropped.account.messages).toEqual([
      "left out 2 rows (no value of target y): 2, 5; that is 40 % of 5",
      "left out 1 row (missing feature values): 3; that is 33 % of 3",
    ]);
    const kept = await load({ ...config, missing: "mean" });
    expect(kept.rowIds).toEqual(["1", "3", "4"]);
    expect([...kept.modalities[0].values]).toEqual([1, Number.NaN, 4]);
  });

  it("joins one file per modality on a key", async () => {
    await expect(load(twoFiles)).rejects.toThrow(
      /do not hold the same rows\. 1 rows of modality "mri" .*: s4; 1 rows of modality "pet".*: s9.*missing: drop/,
    );
    const data = await load({ ...twoFiles, missing: "drop" });
    expect(data.rowIds).toEqual(["s1", "s2", "s3"]);
    expect([...data.modalities[1].values]).toEqual([10, 20, 30]);
    expect([...data.targets[0].values]).toEqual([20, 30, 40]);
    expect(data.account.dropped.map(({ count, examples }) => [count, examples])).toEqual([
      [1, ["s4"]],
      [1, ["s9"]],
    ]);
  });

  it("refuses keys that repeat, are empty, absent or never match", async () => {
    const swap = (file: string) =>
      load({ ...twoFiles, missing: "drop", modalities: { ...twoFiles.modalities, pet: { columns: ["p1"], file } } });
    put("twice.csv", "subject,p1\ns1,1\ns1,2\n");
    put("other.csv", "subject,p1\nq1,1\n");
    put("nokey.csv", "sub,p1\ns1,1\n");
    await expect(swap("twice.csv")).rejects.toThrow(/rows 1 and 2 .*"subject" = "s1"/);
    await expect(swap("other.csv")).rejects.toThrow(/no value of "subject" is in every file/);
    await expect(swap("nokey.csv")).rejects.toThrow(/nokey\.csv has no column "subject"/);
  });

  it("leaves alone empty ids and groups of rows that are left out, and refuses others", async () => {
    put("some-ids.csv", "id,g,y,a1,a2,b1\nr1,x,1,1,2,3\n,,,4,5,6\nr3,z,4,7,8,9\n");
    put("no-id.csv", "id,g,y,a1,a2,b1\nr1,x,1,1,2,3\n,,2,4,5,6\nr3,z,4,7,8,9\n");
    const { group, rows } = await load({ ...base, file: "some-ids.csv", group: "g" });
    expect([rows, group]).toEqual([2, ["x", "z"]]);
    await expect(load({ ...base, file: "no-id.csv", group: "g" })).rejects.toThrow(/row 2 .*"g" is the group and must/);
    await expect(load({ ...base, file: "no-id.csv", id: "id" })).rejects.toThrow(
      /row 2 .*"id" is the row id and must not be empty\. Fill the cell in, or delete the row\./,
    );
    put("second.csv", "id,g,y,a1,a2,b1\n,,2,4,5,6\nr1,x,1,1,2,3\nr3,z,4,7,8,9\n");
    await expect(load({ ...base, file: "second.csv", id: "id" })).rejects.toThrow(
      /row 1 .*must not be empty\. If this line below the header is no row .*data.unitsRow: true/,
    );
  });

  it("takes data.missingValues for gaps in features, targets and covariates, also of another table", async () => {
    put("marks.csv", "id,y,a1,a2,b1,years\n-9999,1,1,?,3,40\n?,-9999,4,5,6,40\nr3,4,-9999.0,8,9,?\nr4,5,7,8,9,50\n");
    const config = dataSchema.parse({
      ...base,
      file: "marks.csv",
      id: "id",
      missing: "mean",
      missingValues: [-9999, "?"],
    });
    const extras = [{ key: "data.harmonise.preserve", column: "years", kind: "number", optional: false } as const];
    const data = await loadDataset(config, folder, { extras });
    const nan = Number.NaN;
    expect(data.rowIds).toEqual(["-9999", "r3", "r4"]);
    expect([...data.modalities[0].values]).toEqual([1, nan, nan, 8, 7, 8]);
    expect([...(data.covariates.get("years") ?? [])]).toEqual([40, nan, 50]);
    const columns = [
      { name: "a", columns: ["a1", "a2"] },
      { name: "b", columns: ["b1"] },
    ];
    const other = await loadExternalTable(config, columns, path.join(folder, "marks.csv"), { extras });
    expect([...other.modalities[0].values]).toEqual([1, nan, 4, 5, nan, 8, 7, 8]);
    expect([...other.targets[0].values]).toEqual([1, nan, 4, 5]);
  });

  it("warns of numbers that may mean missing: features, targets and covariates, also of another table", async () => {
    const lines = Array.from({ length: 60 }, (_, i) => {
      const value = (k: number) => (i % 20 === k ? -9999 : 50 + ((i * (k + 3)) % 17));
      return ["g", value(0), value(1), 1, value(2), value(3)].join(",");
    });
    put("codes.csv", `g,y,a1,a2,b1,years\n${lines.join("\n")}\n`);
    const extras = [{ key: "data.harmonise.preserve", column: "years", kind: "number", optional: false } as const];
    const config = dataSchema.parse({ ...base, file: "codes.csv" });
    const { account } = await loadDataset(config, folder, { extras });
    expect(account.sentinels).toHaveLength(1);
    expect(account.sentinels[0]).toMatch(
      /^-9999 .*"a1" \(3 of 60 values; the others 50 to 66\), "b1" .*"y" .*"years" .*set data\.missingValues: \[-9999\]/,
    );
    expect(account.messages).toEqual(account.sentinels);
    const marked = await loadDataset({ ...config, missing: "mean", missingValues: [-9999] }, folder);
    expect(marked.account.sentinels).toEqual([]);
    put("one.csv", "a1,a2,b1\n-9999,1,55\n");
    const columns = [
      { name: "a", columns: ["a1"] },
      { name: "b", columns: ["b1"] },
    ];
    const ranges = new Map([["a1", { low: 50, median: 58, high: 66 }]]);
    const external = await loadExternalTable(config, columns, path.join(folder, "one.csv"), { ranges });
    expect(external.account.messages).toEqual([
      '-9999 lies far outside all other values of column "a1" (1 of 1 value; the model was trained on 50 to 66). If it ' +
        'means "missing", leave such cells empty, or train the model again with data.missingValues: [-9999]; it is used ' +
        "as a number now",
    ]);
  });

  it("takes NA in columns of names for a name, and says so", async () => {
    put("names.csv", "id,g,y,a1,a2,b1,site\nNA,NA,1,1,2,3,null\nnull,NA,2,4,5,6,x\nr3,EU,4,7,8,9,\n");
    const extras = [{ key: "data.harmonise.site", column: "site", kind: "text", optional: false } as const];
    const config = dataSchema.parse({ ...base, file: "names.csv", id: "id", group: "g", missingValues: ["EU", "x"] });
    const data = await loadDataset(config, folder, { extras });
    expect(data).toMatchObject({ rowIds: ["NA", "null", "r3"], group: ["NA", "NA", "EU"] });
    expect(data.labels.get("site")).toEqual(["null", "x", null]);
    expect(data.account.messages).toEqual([
      'column "site": 1 row says "null", which is a name there; only an empty cell is unknown',
      'column "g": 2 rows say "NA", which is a name there; only an empty cell is unknown',
    ]);
  });

  it("loads another table by column name, with or without targets", async () => {
    const config = dataSchema.parse({ ...base, id: "id" });
    const columns = [
      { name: "a", columns: ["a2", "a1"] },
      { name: "b", columns: ["b1"] },
    ];
    put("new.csv", "b1,a1,a2\n3,1,2\n");
    const data = await loadExternalTable(config, columns, path.join(folder, "new.csv"));
    expect(data).toMatchObject({ rows: 1, rowIds: ["1"], targets: [] });
    expect([...data.modalities[0].values]).toEqual([2, 1]);
    put("new2.csv", "id,b1,a1,a2,y\nn1,3,1,2,\nn2,4,5,6,1\n");
    const withTarget = await loadExternalTable(config, columns, path.join(folder, "new2.csv"));
    expect([...withTarget.targets[0].values]).toEqual([Number.NaN, 1]);
    expect(withTarget.rowIds).toEqual(["n1", "n2"]);
    put("new3.csv", "b1,a1\n3,1\n");
    await expect(loadExternalTable(config, columns, path.join(folder, "new3.csv"))).rejects.toThrow(/"a2" matches no/);
  });
});
