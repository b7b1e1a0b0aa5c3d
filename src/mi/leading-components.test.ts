import { describe, expect, it } from "vitest";
import { correlation } from "../math/descriptive.js";
import { Rng } from "../math/rng.js";
import { leadingComponents } from "./leading-components.js";

describe("leading principal components", () => {
  const rng = new Rng("components");
  const rows = 300;
  const normals = () => Float64Array.from({ length: rows }, () => rng.normal());
  const [first, second] = [normals(), normals()];
  const columns = Array.from({ length: 30 }, (_, j) => {
    const noise = normals();
    return noise.map((e, r) => (j < 20 ? 2 * first[r] : 1.5 * second[r]) + e);
  });
  const every = Int32Array.from({ length: rows }, (_, r) => r);

  it("are the causes that most columns share, strongest first, and do not correlate", () => {
    const found = leadingComponents(columns, every, 2, new Rng("start"));
    expect(Math.abs(correlation(found[0], first))).toBeGreaterThan(0.98);
    expect(Math.abs(correlation(found[1], second))).toBeGreaterThan(0.95);
    expect(Math.abs(correlation(found[0], found[1]))).toBeLessThan(0.05); // of columns that are not centred exactly
  });

  it("are learned from the training rows alone, and are no more than there are", () => {
    const train = every.subarray(0, 100);
    const spoiled = columns.map((column) => column.map((v, r) => (r < 100 ? v : 100 * v)));
    const [here] = leadingComponents(columns, train, 1, new Rng("start"));
    const [there] = leadingComponents(spoiled, train, 1, new Rng("start"));
    expect([...there.subarray(0, 100)]).toEqual([...here.subarray(0, 100)]);
    const few = leadingComponents([first, first.map((v) => 2 * v)], every, 2, new Rng("start"));
    expect(few).toHaveLength(1);
  });
});
