import { describe, expect, it } from "vitest";
import { InputError } from "../../errors.js";
import { missingMarks } from "../missing/missing-marks.js";
import { orderText, readOrder } from "./row-order.js";

const read = (texts: readonly (string | null)[], marks: readonly (string | number)[] = []) =>
  readOrder({ label: "t.csv", column: "when", texts, marks: missingMarks(marks) });
const utc = (text: string) => Date.parse(text);

describe("the column of an order", () => {
  it.each([
    ["days", ["2024-12-31", "2025-01-01"], ["2024-12-31", "2025-01-01"]],
    ["time stamps", ["2024-01-05 10:00:00", "2024-01-05T11:30"], ["2024-01-05T10:00:00Z", "2024-01-05T11:30:00Z"]],
    ["fractions", ["2024-01-05 10:00:00.250"], ["2024-01-05T10:00:00.250Z"]],
    [
      "zones, as Parquet, ISO 8601 and RFC 3339 write them",
      ["2024-01-05 10:00:00+00", "2024-01-05T10:00:00Z", "2024-01-05T10:00:00+02:00", "2024-01-05T10:00:00-0530"],
      ["2024-01-05T10:00:00Z", "2024-01-05T10:00:00Z", "2024-01-05T08:00:00Z", "2024-01-05T15:30:00Z"],
    ],
    ["slashes behind the year", ["2024/12/31"], ["2024-12-31"]],
    ["months", ["2024-11", "2024-12"], ["2024-11-01", "2024-12-01"]],
    ["basic ISO 8601", ["20241231T101500"], ["2024-12-31T10:15:00Z"]],
    [
      "halves of the day",
      ["2024-12-31 12:05 am", "2024-12-31 12:05 PM"],
      ["2024-12-31T00:05:00Z", "2024-12-31T12:05:00Z"],
    ],
  ])("reads %s", (_, texts, dates) => {
    const order = read(texts);
    expect(order.kind).toBe("date");
    expect([...order.values]).toEqual(dates.map(utc));
    expect(order.message).toBeUndefined();
  });

  it("reads numbers, of any spelling, and epoch seconds as numbers", () => {
    expect(read(["1", "2.5", "-1e3", ".5"])).toMatchObject({
      kind: "number",
      values: Float64Array.of(1, 2.5, -1000, 0.5),
    });
    expect(read(["1700000000", "1700003600"]).kind).toBe("number");
  });

  it("reads eight digits as days where all of them are days, and says so", () => {
    const order = read(["20240131", "20240201"]);
    expect([...order.values]).toEqual([utc("2024-01-31"), utc("2024-02-01")]);
    expect(order.message).toMatch(/eight digits: 20240131 is 2024-01-31/);
    expect(read(["20240131", "20240199"]).kind).toBe("number");
  });

  it.each([
    ["day", ["01.02.2024", "31.12.2024"], ["2024-02-01", "2024-12-31"], /day in front, as "31.12.2024" in row 2/],
    ["month", ["1/2/2024", "12/31/2024"], ["2024-01-02", "2024-12-31"], /month in front, as "12\/31\/2024" in row 2/],
  ])(
    "reads dates whose year stands last with the %s in front where the column shows it",
    (_, texts, dates, message) => {
      const order = read(texts);
      expect([...order.values]).toEqual(dates.map(utc));
      expect(order.message).toMatch(message);
    },
  );

  it("takes the usual marks, the user's and empty cells for missing", () => {
    const { values } = read(["2024-01-01", "NA", null, " ", "?", "-9999"], ["?", -9999]);
    expect([...values].map(Number.isNaN)).toEqual([false, true, true, true, true, true]);
  });

  it.each([
    ["a day that may be a month", ["01.02.2024", "03.04.2024"], /row 1 .*may be day and month or month and day/],
    ["both in front", ["31.12.2024", "12/31/2024"], /row 1 .*day in front, and "12\/31\/2024" in row 2 the month/],
    ["a day that no calendar has", ["2024-01-01", "2024-02-30"], /row 2 .*column "when": "2024-02-30"/],
    ["an hour that no clock has", ["2024-01-01 25:00"], /"2024-01-01 25:00"/],
    ["a year of two digits", ["31.12.24"], /"31.12.24" is no number and no date/],
    ["a name of a month", ["5 Jan 2024"], /write dates as 2024-12-31/],
    ["quarters", ["2024Q1"], /"2024Q1"/],
    ["words", ["2024-01-01", "soon"], /row 2 .*"soon"/],
    ["numbers among dates", ["2024-01-01", "17"], /row 2 .*"17" is a number, and "2024-01-01" in row 1 is a date/],
    [
      "zones on some",
      ["2024-01-01 10:00Z", "2024-01-01 11:00"],
      /row 2 .*without a zone.* row 1 is a time with a zone/,
    ],
    ["two forms", ["2024-01-01", "31.12.2024"], /row 2 .*a year at the end/],
    ["nanoseconds", ["1700000000123456789"], /more digits than a number keeps/],
    ["times of day alone", ["10:15:00"], /"10:15:00"/],
    ["nothing", [null, "NA"], /column "when" has no value/],
  ])("refuses %s", (_, texts, message) => {
    expect(() => read(texts)).toThrow(InputError);
    expect(() => read(texts)).toThrow(message);
  });

  it("is shown as a reader knows it", () => {
    const shown = (text: string) => orderText({ kind: "date" }, utc(text));
    expect(shown("2024-12-31")).toBe("2024-12-31");
    expect(shown("2024-12-31T10:00:00Z")).toBe("2024-12-31 10:00");
    expect(shown("2024-12-31T10:00:05.250Z")).toBe("2024-12-31 10:00:05.250");
    expect(orderText({ kind: "number" }, 12.5)).toBe("12.5");
  });
});
