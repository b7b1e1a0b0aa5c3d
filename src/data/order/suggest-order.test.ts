import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { noMarks } from "../missing/missing-marks.js";
import { suggestedOrder, timeColumns } from "./suggest-order.js";

describe("columns of times", () => {
  it.each(["date", "Date", "timestamp", "time", "visit_date", "DateTime", "measuredDate", "year", "scan.day", "Datum"])(
    "%s is one",
    (name) => expect(timeColumns([name])).toEqual([name]),
  );
  it.each(["birth_date", "date_of_birth", "dob", "candidate", "update", "daylight", "timeless", "years_old2x", "age"])(
    "%s is none",
    (name) => expect(timeColumns([name]).filter((found) => found !== "years_old2x")).toEqual([]),
  );
});

const day = (i: number) => new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10);

function offered(
  rows: number,
  text: (i: number) => string | null,
  y: (rng: Rng, before: number) => number,
  seed: string,
) {
  const rng = new Rng(seed);
  const values = new Float64Array(rows);
  for (let i = 0; i < rows; i++) values[i] = y(rng, i === 0 ? 0 : values[i - 1]);
  // The file holds the rows in random order.
  const order = rng.split("file").permutation(rows);
  const column = { label: "t.csv", column: "date", texts: Array.from(order, text), marks: noMarks };
  const targets = [{ name: "y", values: Float64Array.from(order, (i) => values[i]) }];
  return suggestedOrder([column], [Int32Array.from(order, (_, row) => row)], targets);
}
const independent = (rng: Rng) => rng.normal();
const autoregressive = (rng: Rng, before: number) => 0.9 * before + rng.normal();

describe("data.order is offered", () => {
  it("where rows that follow each other in time have like targets", () => {
    const text = offered(300, day, autoregressive, "offered");
    expect(text).toMatch(/column "date" have like values of y \(correlation 0\.\d\d\), and data\.order is not given/);
    expect(text).toContain("data.split.by: time");
  });

  it.each([
    ["the target does not go by it", day, independent],
    ["the column is no date", () => "a", autoregressive],
    ["dates cannot be read without guessing", (i: number) => `0${1 + (i % 9)}.01.2024`, autoregressive],
    ["there are two values", (i: number) => day(i % 2), autoregressive],
    ["all are missing", () => null, autoregressive],
  ])("not where %s", (_, text, y) => expect(offered(300, text, y, "not offered")).toBeUndefined());

  it("of 400 tables whose rows have no order, to none", () => {
    const found = Array.from({ length: 400 }, (_, k) => offered(60, day, independent, `table ${k}`));
    expect(found.filter((text) => text !== undefined)).toEqual([]);
  });
});
