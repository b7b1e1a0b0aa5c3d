import { describe, expect, it } from "vitest";
import { splitSchema } from "../../config/split.js";
import { InputError } from "../../errors.js";
import { Rng } from "../../math/rng.js";
import type { SavedSplit } from "../dataset.js";
import { missingMarks } from "../missing/missing-marks.js";
import { readOrder } from "../order/row-order.js";
import { testAmidTraining } from "./amid.js";
import { restoreSplit } from "./split.js";
import { foldsByTime, partsByTime, type TimeSource } from "./time-parts.js";

const hour = 3_600_000;
const rng = new Rng("time parts");

/** Rows in random order of the file, at places that may be equal. */
function source(
  rows: number,
  place: (i: number) => number,
  groups?: number,
  kind: "date" | "number" = "date",
): TimeSource {
  const shuffled = rng.split(`${rows}`).permutation(rows);
  const values = Float64Array.from(shuffled, place);
  return {
    rowIds: Array.from(shuffled, (i) => `r${i}`),
    group: groups === undefined ? undefined : Array.from(shuffled, (i) => `g${Math.floor((i * groups) / rows)}`),
    ordering: { column: "when", kind, values },
  };
}
const hourly = (rows: number, groups?: number) => source(rows, (i) => i * hour, groups);
const config = (given: object) => splitSchema.parse({ by: "time", ...given });
const placeOf = ({ rowIds, ordering }: TimeSource) => new Map(rowIds.map((id, i) => [id, ordering.values[i]]));

/** The least distance between rows of two parts, in rows of the order and in its unit. */
function least(from: TimeSource, one: readonly string[], other: readonly string[]) {
  const at = placeOf(from);
  const sorted = [...from.ordering.values].sort((a, b) => a - b);
  const value = (id: string) => at.get(id) ?? Number.NaN;
  const [a, b] = [new Set(one.map(value)), new Set(other.map(value))];
  let [inRows, inUnits] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const x of a) {
    for (const y of b) {
      const [low, high] = [Math.min(x, y), Math.max(x, y)];
      inUnits = Math.min(inUnits, high - low);
      inRows = Math.min(inRows, sorted.indexOf(high) - sorted.lastIndexOf(low));
    }
  }
  return { inRows, inUnits };
}

const pairs = ({ train, validation, test }: SavedSplit) => [
  [train, validation],
  [train, test],
  [validation, test],
];

/** One row a text, in the order of the file. */
function written(texts: readonly string[]): TimeSource {
  const ordering = readOrder({ label: "t.csv", column: "when", texts, marks: missingMarks() });
  return { rowIds: texts.map((_, i) => `r${i}`), group: undefined, ordering };
}

describe("a gap in time beside values that stand for a day or a month", () => {
  const day = 24 * hour;
  const days = (every: number) =>
    Array.from({ length: 60 }, (_, i) => new Date(Date.UTC(2020, 2, 1) + i * every).toISOString());
  const months = Array.from(
    { length: 60 },
    (_, i) => `${2015 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, "0")}`,
  );
  /** Values between the last of a part and the first of the next. */
  const between = (from: TimeSource, gap: string) => {
    const { train, validation, test } = partsByTime(from, config({ gap })).split;
    const ends = [train, validation, test].map((ids) => ids.map((id) => Number(id.slice(1))));
    return [ends[1][0] - Math.max(...ends[0]) - 1, ends[2][0] - Math.max(...ends[1]) - 1];
  };

  it.each([
    ["months", months, "2d", 1],
    ["months, a gap of months", months, "62d", 3],
    ["days", days(day).map((text) => text.slice(0, 10)), "12h", 1],
    ["days, a gap of days", days(day).map((text) => text.slice(0, 10)), "2d", 2],
    ["days, year last", days(day).map((text) => text.slice(0, 10).split("-").reverse().join(".")), "6h", 1],
    ["days in eight digits", days(day).map((text) => text.slice(0, 10).replaceAll("-", "")), "6h", 1],
    ["days, written with midnight", days(day).map((text) => text.slice(0, 19)), "6h", 1],
    ["moments", days(6 * hour).map((text) => text.slice(0, 19)), "6h", 1],
  ])("is measured from the end of the earlier one: %s", (_, texts, gap, least) => {
    const found = between(written(texts), gap);
    for (const rows of found) expect(rows).toBeGreaterThanOrEqual(least);
    expect(Math.max(...found)).toBeLessThanOrEqual(least + 1);
  });

  it("knows that a day ends after the moments in it", () => {
    const texts = days(6 * hour).map((text) => text.slice(0, 19));
    texts[40] = texts[40].slice(0, 10);
    const { split } = partsByTime(written(texts), config({ train: 0.7, validation: 0.1, test: 0.2, gap: "5h" }));
    // Row 40 lasts until row 44 begins, which validates; row 41 is a moment six hours before row 42.
    expect(split.validation[0]).toBe("r42");
    expect(split.train).not.toContain("r40");
    expect(split.train).toContain("r41");
  });

  it("is refused where months stand beside days", () => {
    expect(() => written(["2020-01", "2020-02-03"])).toThrow(
      /"2020-02-03" is a date with a day, and "2020-01" in row 1 is a whole month/,
    );
  });
});

describe("a split by time", () => {
  it("trains on the earliest rows, validates on the next and tests on the latest", () => {
    const rows = hourly(100);
    const { split, leftOut } = partsByTime(rows, config({}));
    const hours = (ids: readonly string[]) => ids.map((id) => Number(id.slice(1))).sort((a, b) => a - b);
    expect(hours(split.train)).toEqual(Array.from({ length: 70 }, (_, i) => i));
    expect(hours(split.validation)).toEqual(Array.from({ length: 10 }, (_, i) => 70 + i));
    expect(hours(split.test)).toEqual(Array.from({ length: 20 }, (_, i) => 80 + i));
    expect(leftOut).toEqual({ gap: [], group: [] });
    expect(split).not.toHaveProperty("leftOut");
  });

  it.each([
    ["rows", { gap: 5 }],
    ["a time", { gap: "6h" }],
    ["rows in blocks", { gap: 3, blocks: 4 }],
    ["a time in blocks", { gap: "90min", blocks: 7 }],
  ])("lets no row stand within the gap of another part: %s", (_, given) => {
    const rows = source(400, (i) => Math.floor(i / 1.5) * hour);
    const { split, leftOut } = partsByTime(rows, config(given));
    for (const [one, other] of pairs(split)) {
      const { inRows, inUnits } = least(rows, one, other);
      if (typeof given.gap === "number") expect(inRows).toBeGreaterThan(given.gap);
      else expect(inUnits).toBeGreaterThan(hour * (given.gap === "6h" ? 6 : 1.5));
    }
    const listed = [...split.train, ...split.validation, ...split.test, ...(split.leftOut ?? [])];
    expect(new Set(listed)).toEqual(new Set(rows.rowIds));
    expect(listed).toHaveLength(400);
    expect(split.leftOut).toHaveLength(leftOut.gap.length);
    expect(leftOut.gap.length).toBeGreaterThan(0);
  });

  it("leaves the test part whole, whatever the gap", () => {
    const rows = hourly(200);
    const whole = partsByTime(rows, config({ blocks: 2 })).split.test;
    expect(partsByTime(rows, config({ blocks: 2, gap: 4 })).split.test).toEqual(whole);
  });

  it("never parts rows of one value, and puts borders as near to the shares as these allow", () => {
    const rows = source(1000, (i) => Math.floor(i / 90));
    const { split } = partsByTime(rows, config({}));
    const at = placeOf(rows);
    const values = (ids: readonly string[]) =>
      [...new Set(ids.map((id) => at.get(id)))].sort((a, b) => Number(a) - Number(b));
    expect(values(split.train)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(values(split.validation)).toEqual([8]);
    expect(values(split.test)).toEqual([9, 10, 11]);
  });

  it("does not depend on the order of the rows in the file", () => {
    const rows = source(300, (i) => Math.floor(i / 4) * hour);
    const back = {
      ...rows,
      rowIds: rows.rowIds.toReversed(),
      ordering: { ...rows.ordering, values: rows.ordering.values.toReversed() },
    };
    const [one, other] = [rows, back].map((given) => partsByTime(given, config({ gap: 6, blocks: 3 })).split);
    for (const part of ["train", "validation", "test"] as const)
      expect(new Set(one[part])).toEqual(new Set(other[part]));
  });

  it("gives every block its parts", () => {
    const rows = hourly(400);
    const { split } = partsByTime(rows, config({ blocks: 4 }));
    const block = (id: string) => Math.floor(Number(id.slice(1)) / 100);
    for (const part of ["train", "validation", "test"] as const) {
      expect(new Set(split[part].map(block))).toEqual(new Set([0, 1, 2, 3]));
    }
  });

  it("lets no group stand in two parts: its rows of the part that weighs less are left out", () => {
    const rows = hourly(300, 17);
    const { split, leftOut } = partsByTime(rows, config({ blocks: 2 }));
    const groupOf = new Map(rows.rowIds.map((id, i) => [id, rows.group?.[i]]));
    for (const [one, other] of pairs(split)) {
      const there = new Set(one.map((id) => groupOf.get(id)));
      expect(other.filter((id) => there.has(groupOf.get(id)))).toEqual([]);
    }
    expect(leftOut.group.length).toBeGreaterThan(0);
    expect(split.test).toHaveLength(60);
  });

  it.each([
    [
      "groups that last all the time",
      hourly(90),
      Array.from({ length: 90 }, (_, i) => `s${i % 3}`),
      {},
      /leave out data\.group/,
    ],
    [
      "a gap longer than a part",
      hourly(90),
      undefined,
      { gap: "30d" },
      /no row is left in the training and validation part: their rows are within the gap of 30d/,
    ],
    ["fewer values than parts", source(90, (i) => i % 2), undefined, {}, /2 different values .* cannot fill 3 pieces/],
    ["fewer values than blocks need", source(90, (i) => i % 8), undefined, { blocks: 3 }, /Lower data\.split\.blocks/],
    [
      "a time where the order has none",
      source(90, (i) => i, undefined, "number"),
      undefined,
      { gap: "1h" },
      /give the gap as a number of rows/,
    ],
  ])("refuses %s", (_, rows, group, given, message) => {
    const deal = () => partsByTime({ ...rows, group }, config(given));
    expect(deal).toThrow(InputError);
    expect(deal).toThrow(message);
  });
});

describe("folds by time", () => {
  const rows = hourly(300, 40);

  it.each([
    ["one block", {}],
    ["blocks", { blocks: 3 }],
    ["a gap", { gap: "5h", blocks: 2 }],
  ])("test every row once, and nothing within the gap trains or chooses: %s", (_, given) => {
    const folds = foldsByTime({ ...rows, group: undefined }, { folds: 5, validationShare: 0.2, ...given });
    expect(folds.flatMap(({ split }) => split.test).sort()).toEqual([...rows.rowIds].sort());
    for (const { split } of folds) {
      for (const [one, other] of pairs(split)) {
        expect(least(rows, one, other).inUnits).toBeGreaterThan("gap" in given ? 5 * hour : 0);
      }
      expect(split.validation.length).toBeGreaterThan(20);
    }
  });

  it("keep groups in one part of a fold", () => {
    const groupOf = new Map(rows.rowIds.map((id, i) => [id, rows.group?.[i]]));
    for (const { split } of foldsByTime(rows, { folds: 4, validationShare: 0.2 })) {
      const tested = new Set(split.test.map((id) => groupOf.get(id)));
      expect([...split.train, ...split.validation].filter((id) => tested.has(groupOf.get(id)))).toEqual([]);
    }
  });
});

describe("test rows among training rows", () => {
  const rows = hourly(500);
  const amid = (split: SavedSplit, by: string) => testAmidTraining(rows.ordering, restoreSplit(rows, split), by);

  it("are those of a random split, and not those of a split by time", () => {
    const drawn = rng.split("drawn").permutation(500);
    const ids = (from: number, to: number) => Array.from(drawn.subarray(from, to), (i) => rows.rowIds[i]);
    const random = { train: ids(0, 350), validation: ids(350, 400), test: ids(400, 500) };
    expect(amid(random, "random")).toMatchObject({ amid: true });
    expect(amid(random, "random").share).toBeGreaterThan(0.9);
    expect(amid(random, "file").amid).toBe(true);
    const { split } = partsByTime(rows, config({}));
    expect(amid(split, "time")).toEqual({ share: 0.01, amid: false, later: true });
    expect(amid(partsByTime(rows, config({ blocks: 2 })).split, "time")).toMatchObject({ amid: false, later: false });
    // The same rows read from a file of row ids.
    expect(amid(split, "file").amid).toBe(false);
    expect(amid(partsByTime(rows, config({ blocks: 20, gap: 1 })).split, "file").amid).toBe(false);
  });

  it("are all those that stand at the place of a training row", () => {
    const years = source(500, (i) => Math.floor(i / 100));
    const half = (part: number) => years.rowIds.filter((id) => Number(id.slice(1)) % 2 === part);
    const split = restoreSplit(years, { train: half(0), validation: [], test: half(1) });
    expect(testAmidTraining(years.ordering, split, "random")).toEqual({ share: 1, amid: true, later: false });
  });
});
