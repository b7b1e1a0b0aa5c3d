import { describe, expect, it } from "vitest";
import { RunError } from "../errors.js";
import { infiniteAsNull, jsonText, refuseNaN } from "./json.js";

describe("jsonText", () => {
  it.each([
    [{ validation: { perTarget: { y: { rmse: Number.NaN } } } }, '"validation.perTarget.y.rmse" is NaN'],
    [{ a: [1, 2, Number.POSITIVE_INFINITY] }, '"a.2" is Infinity'],
    [{ toJSON: () => ({ scale: Number.NEGATIVE_INFINITY }) }, '"scale" is -Infinity'],
    [Number.NaN, "the value is NaN"],
  ])("refuses a number that is not finite: %#", (value, place) => {
    expect(() => jsonText(value, "metrics.json")).toThrow(RunError);
    expect(() => jsonText(value, "metrics.json")).toThrow(`metrics.json: ${place}; expected a finite number`);
  });

  it("writes everything else as JSON.stringify does", () => {
    const value = { a: [1, null, "x"], b: { c: undefined, d: true }, e: -0, f: 1e300 };
    expect(jsonText(value, "x")).toBe(JSON.stringify(value));
    expect(jsonText(value, "x", { indent: 2 })).toBe(JSON.stringify(value, null, 2));
  });

  it("keeps infinite amounts as null where that is asked for, and still no NaN", () => {
    const pid = { atoms: { redundancy: Number.POSITIVE_INFINITY, unique: { a: 1 } }, ends: [Number.NEGATIVE_INFINITY] };
    expect(infiniteAsNull(pid)).toEqual({ atoms: { redundancy: null, unique: { a: 1 } }, ends: [null] });
    expect(() => refuseNaN(pid, "the decomposition")).not.toThrow();
    expect(() => refuseNaN({ atoms: { synergy: Number.NaN } }, "the decomposition")).toThrow(
      'the decomposition: "atoms.synergy" is NaN',
    );
  });
});
