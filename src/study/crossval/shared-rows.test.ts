import { describe, expect, it } from "vitest";
import { parseConfig } from "../../config/load.js";
import { sharedMessages, sharedRows, splitMessages, type UsableTable } from "./shared-rows.js";

const y = [5, 6, 7, 8, 9];

/** A table of those rows of five; `more` replaces keys of its data section. */
function table(label: string, rows: readonly number[], more: Record<string, unknown> = {}): UsableTable {
  const {
    group,
    values = y,
    classes,
    ...data
  } = more as { group?: readonly string[]; values?: number[]; classes?: string[] };
  const modalities = { a: { columns: ["a"] } };
  const config = parseConfig({
    name: label,
    data: { file: "t.csv", id: "id", target: "y", modalities, ...(group && { group: "site" }), ...data },
  });
  const target = { name: "y", values: Float64Array.from(rows, (row) => values[row]), ...(classes && { classes }) };
  const own = group && { group: rows.map((row) => group[row]) };
  return {
    label,
    config,
    dataset: { rows: rows.length, rowIds: rows.map((row) => `s${row}`), targets: [target], ...own },
  };
}

describe("the rows of several configs", () => {
  it("are those that all can use, by id, whatever their order", () => {
    const tables = [
      table("one", [0, 1, 2, 3]),
      table("two", [4, 3, 1, 0]),
      { ...table("three", [0, 1, 3]), among: Int32Array.of(0, 2) },
    ];
    const shared = sharedRows(tables);
    expect([...shared.ids]).toEqual(["s0", "s3"]);
    expect(shared.leftOut).toEqual([2, 2, 0]);
    expect(sharedMessages(tables, shared)).toEqual([
      "2 rows can be used by every config and are dealt into folds; left out: one 2, two 2, three 0",
    ]);
    expect(sharedMessages(tables, { ids: new Set(), leftOut: [0, 0] })).toEqual([]);
  });

  it("are told whose split deals them, where configs say otherwise", () => {
    const split = { train: 0.5, validation: 0.25, test: 0.25 };
    expect(splitMessages([table("one", y), table("two", y)])).toEqual([]);
    expect(splitMessages([table("one", y), table("two", y, { split })])).toEqual([
      "folds and validation parts are dealt as one says; data.split of two says otherwise",
    ]);
  });

  const sites = ["p", "p", "q", "q", "q"];
  it.each<[string, UsableTable, RegExp]>([
    ["other targets", table("two", [0, 1], { target: "x" }), /^data\.target: two predicts x, one y/],
    ["classes in one", table("two", [0, 1], { classes: ["u", "v"] }), /of classes in one config only, in one and two/],
    [
      "groups in one",
      table("two", [0, 1], { group: sites }),
      /^data\.group: "site" in two, none in one; rows of one group/,
    ],
    [
      "no id in common",
      table("two", [4]),
      /^data\.id: no row id is in every config: one has "s0".* \(id\); two has "s4"/,
    ],
    ["another truth", table("two", [0, 1], { values: [5, 6.1] }), /^row "s1" has y 6\.1 in two and 6 in one/],
  ])("are refused with %s", (_, two, message) => {
    expect(() => sharedRows([table("one", [0, 1, 2]), two])).toThrow(message);
  });

  it("are refused where their groups differ", () => {
    const others = ["p", "q", "q", "q", "q"];
    expect(() => sharedRows([table("one", [0, 1], { group: sites }), table("two", [0, 1], { group: others })])).toThrow(
      'row "s1" is of group "q" in two and of "p" in one',
    );
  });
});
