import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type DataConfigInput, dataSchema } from "../../config/data.js";
import { InputError } from "../../errors.js";
import { loadDataset } from "../load-dataset.js";

const folder = mkdtempSync(path.join(tmpdir(), "pidreg-join-"));
afterAll(() => rmSync(folder, { recursive: true }));

const csv = (name: string, header: string, rows: readonly (readonly (string | number)[])[]) =>
  writeFileSync(path.join(folder, name), `${[header, ...rows.map((row) => row.join(","))].join("\n")}\n`);

/** Loads target y and a1 of a.csv with b1 of b.csv, matched on id. */
function load(more: Partial<DataConfigInput> = {}) {
  const modalities = { a: { columns: ["a1"], file: "a.csv" }, b: { columns: ["b1"], file: "b.csv" } };
  return loadDataset(dataSchema.parse({ target: "y", join: "id", modalities, ...more }), folder);
}
const refusal = async (more: Partial<DataConfigInput> = {}) => {
  const error = await load(more).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(InputError);
  expect((error as Error).message).not.toContain("\n");
  return (error as Error).message;
};

/** Two files of the same people, the second with other spellings of some ids. */
function write(rows: number, spelling: (id: string, i: number) => string, id = (i: number) => `0${100 + 37 * i}`) {
  const all = Array.from({ length: rows }, (_, i) => i);
  csv(
    "a.csv",
    "id,y,a1",
    all.map((i) => [id(i), i, 2 * i]),
  );
  csv(
    "b.csv",
    "id,b1",
    all.map((i) => [spelling(id(i), i), 3 * i]),
  );
}
const withoutZeros = (name: string) => name.replace(/^0+/, "");

describe("keys that do not match", () => {
  it("are refused with both spellings, the cause and the share, and without the advice to drop rows", async () => {
    write(40, (id) => withoutZeros(id));
    for (const missing of ["error", "drop", "mean"] as const) {
      const text = await refusal({ missing });
      expect(text).toContain('no value of "id" is in every file');
      expect(text).toContain('"0100" in a.csv and "100" in b.csv differ only by zeros in front');
      expect(text).toContain("40 of the 40 unmatched (100 %) would match");
      expect(text).not.toContain("drop");
    }
  });

  it("lose some rows aloud, with the cause", async () => {
    write(40, (id, i) => (i % 20 === 0 ? `${id}.0` : id));
    const text = await refusal();
    expect(text).toContain("the files do not hold the same rows. 2 rows of modality");
    expect(text).toContain('differ only by a trailing ".0"');
    expect(text).not.toContain("drop");
    const { account } = await load({ missing: "drop" });
    // 5 % are few, but they are lost by mistake.
    expect(account.losses).toEqual([
      expect.stringMatching(/^data\.join: "id" is spelled .*2 of the 2 unmatched \(100 %\)/),
    ]);
    expect(account.messages).toHaveLength(3);
    expect(account.messages).toContain(account.losses[0]);
  });

  it("of strangers are refused without a cause, and many lost rows are told with their share", async () => {
    write(40, (_, i) => `other${i}`);
    expect(await refusal({ missing: "drop" })).toContain("Do the files speak of the same rows");
    write(40, (id, i) => (i < 10 ? `other${i}` : id));
    expect(await refusal()).toContain("Set data.missing: drop");
    const { account, rows } = await load({ missing: "drop" });
    expect(rows).toBe(30);
    expect(account.losses).toHaveLength(2);
    expect(account.losses[0]).toMatch(/^left out 10 rows .*0100, .* and 5 more; that is 25 % of 40$/);
    write(40, (id, i) => (i < 2 ? `other${i}` : id));
    const few = await load({ missing: "drop" });
    expect(few.account.losses).toEqual([]);
    expect(few.account.messages).toHaveLength(2);
  });

  it("are told before what is refused later", async () => {
    const ids = (i: number) => `site_0${i + 10}`;
    write(40, (id, i) => (i < 2 ? id : id.replace("_", "-")), ids);
    csv(
      "a.csv",
      "id,y,a1",
      Array.from({ length: 40 }, (_, i) => [ids(i), i < 2 ? 5 : i, i]),
    );
    const text = await refusal({ missing: "drop" });
    expect(text).toMatch(
      /^left out 38 rows .* that is 95 % of 40\. .*between parts.* Then: data\.target: column "y" is 5/,
    );
  });
});

describe("keys that repeat or are empty", () => {
  /** Ids of the two files, one row each. */
  const files = (a: readonly string[], b: readonly string[]) => {
    csv(
      "a.csv",
      "id,y,a1,visit,note",
      a.map((id, i) => [id, i, 2 * i, `v${(i % 2) + 1}`, i]),
    );
    csv(
      "b.csv",
      "id,b1,visit",
      b.map((id, i) => [id, 3 * i, `v${(i % 2) + 1}`]),
    );
  };

  it.each(["drop", "mean"] as const)(
    "are left out and counted with %s where no other file has them",
    async (missing) => {
      files(["s1", "none", "s2", "none", "", "s3"], ["s3", "s1", "", "s2", ""]);
      const { rowIds, account, modalities } = await load({ missing });
      expect(rowIds).toEqual(["s1", "s2", "s3"]);
      expect([...modalities[1].values]).toEqual([3, 9, 0]);
      expect(account.dropped.map(({ reason, count }) => [reason, count])).toEqual([
        ['modality "a" (a.csv): "id" is empty', 1],
        ['modality "a" (a.csv): "id" not found in modality "b" (b.csv)', 2],
        ['modality "b" (b.csv): "id" is empty', 2],
      ]);
    },
  );

  it("are refused by default, with the fact that no other file has them", async () => {
    files(["s1", "none", "s2", "none"], ["s1", "s2"]);
    const text = await refusal();
    expect(text).toContain('2 rows of modality "a" (a.csv): "id" not found in modality "b" (b.csv): none and 1 more');
    expect(text).toContain('("none" stands there 2 times, and not in every file)');
    expect(text).toContain("Set data.missing: drop");
    files(["s1", "", "s2"], ["s1", "s2"]);
    expect(await refusal()).toContain('1 rows of modality "a" (a.csv): "id" is empty: row 2');
  });

  it("are refused where other files have them, with the column that tells the rows apart", async () => {
    files(["s1", "s1", "s2", "s2"], ["s1", "s1", "s2", "s2"]);
    for (const missing of ["error", "drop"] as const) {
      const text = await refusal({ missing });
      expect(text).toContain(
        'a.csv: rows 1 and 2 (header not counted) both have "id" = "s1", which other files have too',
      );
      expect(text).toContain(
        'With "visit" each row has a name of its own (every file has it: set data.join: [id, visit])',
      );
    }
    // Only the other file repeats; its numbers tell rows apart too, but are no names.
    csv("b.csv", "id,b1,run", [
      ["s1", 1, "r1"],
      ["s1", 2, "r2"],
      ["s2", 3, "r1"],
      ["s2", 4, "r2"],
    ]);
    csv("a.csv", "id,y,a1", [
      ["s1", 1, 2],
      ["s2", 2, 3],
    ]);
    expect(await refusal({ missing: "drop" })).toContain(
      'With "run" each row has a name of its own (other files lack it: write it into them and set data.join: [id, run])',
    );
    csv("b.csv", "id,b1", [
      ["s1", 1],
      ["s1", 1],
    ]);
    expect(await refusal({ missing: "drop" })).toMatch(/the join key must name one row\.$/);
  });

  it("are names, whatever they say", async () => {
    files(["NA", "null", "s1"], ["null", "s1", "NA"]);
    expect((await load()).rowIds).toEqual(["NA", "null", "s1"]);
  });
});

describe("keys of another name", () => {
  it("are found by what the columns hold, in every file that lacks them", async () => {
    write(40, (id) => id);
    csv("c.csv", "lh.aparc.thickness,c1", [...Array.from({ length: 40 }, (_, i) => [`sub-0${100 + 37 * i}`, i])]);
    csv("d.csv", "d1,Measure:volume", [...Array.from({ length: 40 }, (_, i) => [i, `0${100 + 37 * i}`])]);
    csv("e.csv", "e1,Id", [[1, "x"]]);
    const modality = (name: string) => ({ columns: [`${name}1`], file: `${name}.csv` });
    const modalities = { a: modality("a"), c: modality("c"), d: modality("d"), e: modality("e") };
    const text = await refusal({ modalities });
    expect(text).toContain(
      'c.csv has no column "id". Its column "lh.aparc.thickness" holds 40 of the 40 ids of a.csv, spelled "sub-0100" for "0100".',
    );
    expect(text).toContain('d.csv has no column "id". Its column "Measure:volume" holds 40 of the 40 ids of a.csv.');
    expect(text).toContain('e.csv has no column "id". Did you mean "Id"?');
    expect(text).toContain('{ file: c.csv, key: "lh.aparc.thickness" }, { file: d.csv, key: "Measure:volume" }');
  });

  it("are used where a file says so, and are no features", async () => {
    write(40, (id) => id);
    csv("d.csv", "d1,Measure:volume", [...Array.from({ length: 40 }, (_, i) => [i, `0${100 + 37 * i}`]).reverse()]);
    const d = { columns: ["d1"], file: "d.csv", key: "Measure:volume" };
    const modalities = { a: { columns: ["a1"], file: "a.csv" }, d };
    const loaded = await load({ modalities });
    expect(loaded.rowIds.slice(0, 2)).toEqual(["0100", "0137"]);
    expect([...loaded.modalities[1].values].slice(0, 3)).toEqual([0, 1, 2]);
    expect(await refusal({ modalities: { ...modalities, d: { ...d, columns: ["*"] } } })).toContain("is the join key");
    expect(await refusal({ modalities: { ...modalities, d: { ...d, key: "Measure:vol" } } })).toMatch(
      /`key` of d\.csv: there is no column "Measure:vol"\. Did you mean "Measure:volume"/,
    );
  });

  it.each([
    [{ key: "k" }, /a\.key: goes with `file`/],
    [{ key: ["k", "l"], file: "b.csv" }, /a\.key: names 2 columns, but join 1/],
    [{ skipRows: 1 }, /a\.skipRows: goes with `file`/],
  ])("are refused without sense: %j", (words, message) => {
    const modalities = { a: { columns: ["a"], ...words }, b: { columns: ["b"], file: "b.csv", key: "c" } };
    const parsed = dataSchema.safeParse({ file: "a.csv", target: "y", join: "id", modalities });
    const issues = parsed.error?.issues.map((issue) => `${issue.path.slice(1).join(".")}: ${issue.message}`);
    expect(issues?.join("; ")).toMatch(message);
  });
});

describe("keys of several columns", () => {
  const rows = ["s1,1", "s1,2", "s2,1"].map((text) => text.split(","));
  const join = ["id", "visit"];
  const write = (second: readonly (readonly string[])[], names = "id,visit") => {
    csv(
      "a.csv",
      "id,visit,y,a1",
      rows.map((row, i) => [...row, i, 2 * i]),
    );
    csv(
      "b.csv",
      `${names},b1`,
      second.map((row, i) => [...row, 10 * i]),
    );
  };

  it("match rows in which all agree, under a name of both", async () => {
    write(rows.toReversed());
    const loaded = await load({ join });
    expect(loaded.rowIds).toEqual(["s1_1", "s1_2", "s2_1"]);
    expect([...loaded.modalities[1].values]).toEqual([20, 10, 0]);
    write(rows, "subject,session");
    const b = { columns: ["b1"], file: "b.csv", key: ["subject", "session"] };
    expect((await load({ join, modalities: { a: { columns: ["a1"], file: "a.csv" }, b } })).rows).toBe(3);
  });

  it("that would be written alike are refused, and half a key is none", async () => {
    write([["s1_1", "2"], ...rows]);
    csv("a.csv", "id,visit,y,a1", [["s1", "1_2", 1, 2], ...rows.map((row, i) => [...row, i, 2 * i])]);
    expect(await refusal({ join, missing: "drop" })).toMatch(
      /"s1" \+ "1_2" and "s1_1" \+ "2" would both be called "s1_1_2"/,
    );
    write([
      ["s1", ""],
      ["s1", "2"],
      ["s2", "1"],
    ]);
    const loaded = await load({ join, missing: "drop" });
    expect(loaded.rowIds).toEqual(["s1_2", "s2_1"]);
    expect(loaded.account.dropped.map(({ reason }) => reason)).toContain('modality "b" (b.csv): "id + visit" is empty');
  });
});

describe("normaliseKeys: bids", () => {
  it.each([
    ["prefix and zeros", (id: string) => withoutZeros(id), (i: number) => `sub-00${100 + 37 * i}`],
    ["zeros that one file lost", (id: string) => withoutZeros(id), (i: number) => `00${100 + 37 * i}`],
    ["a decimal that pandas wrote", (id: string) => `${id}.0`, (i: number) => `${100 + 37 * i}`],
    [
      "case and blanks",
      (id: string, i: number) => (i % 2 === 0 ? `${id} ` : id.toLowerCase()),
      (i: number) => `S${100 + i}`,
    ],
  ])("matches %s, under the names of the first file", async (_, spelling, id) => {
    write(40, (name, i) => spelling(name.replace("sub-", ""), i), id);
    const asked = await refusal();
    expect(asked).toContain("set data.normaliseKeys: bids");
    const loaded = await load({ normaliseKeys: "bids" });
    expect(loaded.rowIds).toEqual(Array.from({ length: 40 }, (_unused, i) => id(i)));
    expect([...loaded.modalities[1].values].slice(0, 3)).toEqual([0, 3, 6]);
  });

  it("never makes one row of two", async () => {
    write(40, (id) => id);
    csv("b.csv", "id,b1", [
      ["0100", 1],
      ["100", 2],
      ["0137", 3],
    ]);
    expect(await refusal({ normaliseKeys: "bids", missing: "drop" })).toContain(
      'both have "id" = "100" ("0100" and "100", the same to data.normaliseKeys)',
    );
  });
});
