import { describe, expect, it } from "vitest";
import type { SavedSplit } from "../../data/dataset.js";
import { type ComparedTable, fileOfRun, seenMessages, seenRows } from "./seen-rows.js";

/** A run of six rows; digests are letters. */
function run(
  ids: SavedSplit,
  digests: SavedSplit | null = { train: ["a", "b", "c"], validation: ["d"], test: ["e", "f"] },
) {
  return { ids, digests, checksums: { "table.csv": "sum-of-table" } };
}
const subjects = { train: ["s1", "s2", "s3"], validation: ["s4"], test: ["s5", "s6"] };
const numbers = { train: ["1", "2", "3"], validation: ["4"], test: ["5", "6"] };
const compared = (rowIds: string[], digests: string, more: Partial<ComparedTable> = {}): ComparedTable => ({
  ...{ rowIds, digests: () => [...digests], checksums: ["another"], hasIds: true },
  ...more,
});

describe("seenRows", () => {
  it("counts rows by part, also of a renamed copy, a subset, another order, and without ids", () => {
    const all = ["s1", "s2", "s3", "s4", "s5", "s6"];
    expect(seenRows(run(subjects), compared(all, "abcdef", { checksums: ["sum-of-table"] }))).toEqual({
      ...{ rows: 6, parts: { train: 3, validation: 1, test: 2 } },
      ...{ by: "values", sameFile: "table.csv", otherValues: 0 },
    });
    const some = seenRows(run(subjects), compared(["new", "s5", "s2"], "xeb"));
    expect(some).toMatchObject({ parts: { train: 1, validation: 0, test: 1 }, sameFile: null });
    const unnamed = seenRows(run(subjects), compared(["1", "2"], "bz", { hasIds: false }));
    expect(unnamed).toMatchObject({ parts: { train: 1, validation: 0, test: 0 } });
  });

  it("names the one of several tables that is a file of the run", () => {
    const checksums = ["another", "sum-of-table"];
    const seen = seenRows(run(subjects), compared(["s1"], "a", { checksums }));
    const file = fileOfRun(seen, run(subjects), { files: ["new.csv", "old/t.csv"], checksums });
    expect(seenMessages(seen, String(file))[0]).toMatch(/^old\/t.csv is a file of the run itself/);
    expect(fileOfRun(null, run(subjects), { files: ["new.csv"], checksums: ["another"] })).toBeUndefined();
  });

  it("does not take rows of another table for those of the run because both are counted", () => {
    const seen = seenRows(run(numbers), compared(["1", "2", "3"], "xyz"));
    expect(seen).toMatchObject({ parts: { train: 0, validation: 0, test: 0 }, otherValues: 0 });
    expect(seenMessages(seen, "t.csv")).toEqual([]);
  });

  it("does not identify rows by features that many rows share, but by ids with them, or in the file itself", () => {
    const repeated = { train: ["a", "a", "b"], validation: ["b"], test: ["a", "b"] };
    const none = { train: 0, validation: 0, test: 0 };
    expect(seenRows(run(numbers, repeated), compared(["1", "9"], "ab"))).toMatchObject({ parts: none });
    const named = seenRows(run(subjects, repeated), compared(["s1", "s9", "s4"], "aba"));
    expect(named).toMatchObject({ parts: { ...none, train: 1 }, otherValues: 1 });
    const same = compared(["1", "4"], "ab", { checksums: ["sum-of-table"], hasIds: false });
    expect(seenRows(run(numbers, repeated), same)).toMatchObject({ parts: { ...none, train: 1, validation: 1 } });
  });

  it("tells rows that lack a modality, or whose windows differ, from rows that hold other values", () => {
    const lacking = [true, false, false];
    const seen = seenRows(run(subjects), compared(["s1", "s2", "s3"], "xyc", { lacking }));
    expect(seen).toMatchObject({ parts: { train: 1, validation: 0, test: 0 }, otherValues: 1, incomplete: 1 });
    const [, other, incomplete] = seenMessages(seen, "t.csv", true);
    expect(other).toMatch(/^1 of 3 rows .* hold other values, or other rows come before them here: /);
    expect(incomplete).toMatch(/^1 of 3 rows .* lack a modality here \(too few rows come before them in this table/);
    expect(seenMessages(seen, "t.csv").join()).not.toContain("come before");
  });

  it("does not identify a row that lacks a modality by what is left of it, unless its id agrees", () => {
    const lacking = [true, true, false];
    const seen = seenRows(run(subjects), compared(["s1", "new", "other"], "abc", { lacking }));
    expect(seen).toMatchObject({ parts: { train: 2, validation: 0, test: 0 }, otherValues: 0 });
  });

  it("names numbers that are more than a count as ids", () => {
    const abide = { train: ["50002", "50003", "50004"], validation: ["51607"], test: ["50005", "50006"] };
    expect(seenRows(run(abide), compared(["50002", "7"], "xy"))).toMatchObject({ otherValues: 1 });
  });

  it("of a run without digests, goes by the file, else by ids that name rows, and says so", () => {
    const copy = compared(["1", "4"], "", { checksums: ["sum-of-table"] });
    expect(seenRows(run(numbers, null), copy)).toMatchObject({
      by: "checksum",
      parts: { train: 1, validation: 1, test: 0 },
    });
    expect(seenRows(run(numbers, null), compared(["1", "4"], ""))).toBeNull();
    const byId = seenRows(run(subjects, null), compared(["s1", "s9"], ""));
    expect(byId).toMatchObject({ by: "id", parts: { train: 1, validation: 0, test: 0 } });
    expect(seenMessages(byId, "t.csv")[0]).toContain(
      "of 2 rows, by their ids 1 (50 %) in the training part of the run",
    );
    expect(seenRows({ ids: null, digests: null, checksums: {} }, copy)).toBeNull();
    expect(seenMessages(null, "t.csv")).toEqual([]);
  });

  it("warns of rows that trained, and only states those of the test part", () => {
    const message = (parts: Partial<Record<"train" | "validation" | "test", number>>) =>
      seenMessages(
        {
          ...{ rows: 2000, by: "values", sameFile: null, otherValues: 0 },
          parts: { train: 0, validation: 0, test: 0, ...parts },
        },
        "t.csv",
      );
    expect(message({ train: 1, test: 20 })[0]).toMatch(
      /^WARNING: of 2000 rows, 1 \(below 0\.1 %\) in the training part, 20 \(1 %\) in the test part of the run: /,
    );
    expect(message({ test: 2000 })).toEqual([
      "of 2000 rows, 2000 (100 %) in the test part of the run: they are not new rows",
    ]);
  });
});
