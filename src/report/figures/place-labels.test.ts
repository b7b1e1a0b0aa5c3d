import { describe, expect, it } from "vitest";
import { placeLabels } from "./place-labels.js";

const field = { height: 200, fontSize: 12, points: [] };
const at = (x: number, y: number, label = "+ volumes", toLeft = false) => ({ label, x, y, toLeft });

describe("names at points", () => {
  it("stand just above where there is room", () => {
    expect(placeLabels([at(10, 100), at(200, 100)], field)).toEqual([-15, -15]);
  });

  it("do not cover one another: the second goes below, the third above the first", () => {
    expect(placeLabels([at(100, 100), at(120, 100), at(140, 100)], field)).toEqual([-15, 15, -30]);
  });

  it("do not cover points, and stay within the field", () => {
    expect(placeLabels([at(100, 100)], { ...field, points: [{ x: 130, y: 85 }] })).toEqual([15]);
    expect(placeLabels([at(100, 4)], field)).toEqual([15]);
    expect(placeLabels([at(100, 196)], field)).toEqual([-15]);
  });

  it("rather cover a point than one another", () => {
    const points = Array.from({ length: 40 }, (_, k) => ({ x: 130, y: 5 * k }));
    expect(placeLabels([at(100, 100), at(105, 100)], { ...field, points })).toEqual([-15, 15]);
  });

  it("that end at their points take the room to the left", () => {
    expect(placeLabels([at(100, 100, "a long name", true), at(105, 100, "another")], field)).toEqual([-15, -15]);
    expect(placeLabels([at(100, 100, "a long name", true), at(60, 100, "another")], field)).toEqual([-15, 15]);
  });
});
