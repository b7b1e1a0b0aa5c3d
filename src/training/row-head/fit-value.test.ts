import { expect, it } from "vitest";
import { createEngine } from "../../engine/index.js";
import { expectedLosses, valueOutputs } from "../../evaluation/acquisition/value.js";
import { Rng } from "../../math/rng.js";
import { fitValue } from "./fit-value.js";

/** Modality 0 holds s, which says whether modality 1 lowers the mean loss from 4 to 1; losses are squares of normal errors. */
function switched(rows: number, seed: string) {
  const rng = new Rng(seed);
  const s = Float32Array.from({ length: rows }, () => rng.normal());
  const loss = (variance: number) => variance * rng.normal() ** 2;
  const losses = [0, 1, 2, 3].map((have) => Float64Array.from(s, (own) => loss(have === 3 && own > 0 ? 1 : 4)));
  const read = new Map([
    ["columns" as const, { values: new Float32Array([...s, ...s.map(() => 0)]), width: 1, rows: 2 * rows }],
  ]);
  const subsetOf = Int32Array.from({ length: 2 * rows }, (_, i) => (i < rows ? 1 : 2));
  const rowOf = Int32Array.from({ length: 2 * rows }, (_, i) => i % rows);
  return { modalities: 2, losses, read, subsetOf, rowOf };
}

it("finds which rows a modality helps, and says so where held-out rows do not show it", async () => {
  const engine = await createEngine("auto");
  try {
    const place = { engine, rng: new Rng("value") };
    const fitted = {
      modalities: ["a", "b"],
      nothing: [0],
      rows: 1500,
      ...(await fitValue(switched(1500, "rows"), place)),
    };
    expect(fitted.constant[2]).toBeNull();
    const outputs = valueOutputs(fitted, { values: Float32Array.of(-1, 1), width: 1, rows: 2 });
    const share = (row: number) => {
      const { atHand, after } = expectedLosses(fitted, 1, outputs, row);
      return (after[1] ?? Number.NaN) / atHand;
    };
    // 1 where s < 0 and 1/4 where s > 0; within the noise of squares of 1500 normal errors
    expect(share(0)).toBeGreaterThan(0.75);
    expect(share(1)).toBeLessThan(0.4);
    const few = await fitValue(switched(60, "few"), place);
    expect(few).toMatchObject({ head: null, constant: ["few-rows", "few-rows", "few-rows"] });
    // Losses that have nothing to do with s: an output is clear by chance at one side of 2 standard errors, 2.3 % of 30.
    let clear = 0;
    for (let k = 0; k < 10; k++) {
      const noise = new Rng(`noise/${k}`);
      const alike = switched(200, `alike/${k}`);
      for (const own of alike.losses) for (const i of own.keys()) own[i] = noise.normal() ** 2;
      clear += (await fitValue(alike, { engine, rng: noise })).constant.filter((why) => why === null).length;
    }
    expect(clear).toBeLessThanOrEqual(3);
  } finally {
    await engine.dispose();
  }
});
