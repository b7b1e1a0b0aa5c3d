import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { targetTransformFromJSON } from "./stored.js";
import { fitTargetTransform, TargetTransform, takeTargets } from "./target-transform.js";

function targets(n: number) {
  const rng = new Rng("targets");
  return [
    { name: "age", values: Float64Array.from({ length: n }, () => 40 + 10 * rng.normal()) },
    { name: "income", values: Float64Array.from({ length: n }, () => Math.exp(rng.normal())) },
  ];
}

describe.each(["standardize", "inverse-normal"] as const)("target transform %s", (kind) => {
  const train = targets(500);
  const transform = fitTargetTransform(train, kind);

  it("is mean 0, variance 1 on the training part and comes back", () => {
    const z = transform.toModel(train.map((target) => target.values));
    for (let k = 0; k < 2; k++) {
      const column = z.filter((_, i) => i % 2 === k);
      expect(column.reduce((sum, v) => sum + v, 0) / 500).toBeCloseTo(0, 5);
      expect(column.reduce((sum, v) => sum + v * v, 0) / 500).toBeCloseTo(1, 2);
    }
    const back = transform.toRaw(z);
    train.forEach(({ values }, k) => {
      // float32 in between
      for (let i = 0; i < 500; i++) expect(back[2 * i + k]).toBeCloseTo(values[i], 3);
    });
  });

  it("clips predictions to the training range unless told not to", () => {
    const [age] = transform.toRaw([50, 0]);
    expect(age).toBe(Math.max(...train[0].values));
    expect(transform.toRaw([50, 0], false)[0]).toBeGreaterThan(age);
  });

  it("is unchanged by storing, and damaged storage is refused", () => {
    const stored = JSON.parse(JSON.stringify(transform));
    const restored = targetTransformFromJSON(stored, "model.json");
    expect(restored).toBeInstanceOf(TargetTransform);
    expect(restored.toRaw([0.3, -1.2])).toEqual(transform.toRaw([0.3, -1.2]));
    expect(() => targetTransformFromJSON({ ...stored, kind: "other" }, "model.json")).toThrow(
      /model\.json: not a stored/,
    );
    expect(() => targetTransformFromJSON({ ...stored, targets: [{}] }, "model.json")).toThrow(/targets\.0/);
  });

  it("refuses constant and non-finite targets by name", () => {
    const bad = (values: number[]) => () =>
      fitTargetTransform([{ name: "age", values: Float64Array.from(values) }], kind);
    expect(bad([3, 3, 3])).toThrow(/target "age" .* is 3 in every row/);
    expect(bad([3, Number.NaN])).toThrow(/got NaN/);
    expect(bad([])).toThrow(/no rows/);
  });
});

it("takeTargets picks rows of every target", () => {
  const picked = takeTargets(targets(10), [3, 1]);
  expect([...picked[1].values]).toEqual([3, 1].map((row) => targets(10)[1].values[row]));
});
