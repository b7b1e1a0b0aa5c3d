import { afterAll, beforeAll, expect, it } from "vitest";
import type { Engine } from "../engine/engine.js";
import { createEngine } from "../engine/index.js";
import { Rng } from "../math/rng.js";
import { checkLatents } from "./check-latents.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine("onnx");
});
afterAll(() => engine.dispose());

const rows = 500;
const rng = new Rng("check-latents");
const normal = () => Float64Array.from({ length: rows }, () => rng.normal());
const [a, b, e] = [normal(), normal(), normal()];
const options = () => ({ engine, folds: 3 });

it("counts a product that the network learned as what the Gaussian reading sees", async () => {
  const product = a.map((v, r) => v * b[r]);
  const y = product.map((v, r) => v + 0.5 * e[r]);
  const latents = [
    { name: "a", values: a, width: 1 },
    { name: "b", values: b, width: 1 },
  ];
  const together = [{ modalities: ["a", "b"], columns: [product] }];
  const seen = await checkLatents(latents, y, 1, { ...options(), together });
  const last = seen.readings.at(-1);
  expect(last?.gaussian.heldOut.bits).toBeGreaterThan(0.7);
  expect(last?.beyond).toBe(false);
  const unseen = await checkLatents(latents, y, 1, options());
  expect(unseen.readings.at(-1)?.beyond).toBe(true);
});

it("finds in columns what latents lost, and counts what columns tell the linear way as seen", async () => {
  const lost = { name: "a", values: normal(), width: 1, columns: [a] };
  const other = { name: "b", values: normal(), width: 1 };
  const scale = await checkLatents(
    [lost, other],
    e.map((v, r) => v * Math.exp(a[r])),
    1,
    options(),
  );
  expect(scale.readings[0].density.bits).toBeGreaterThan(0.2);
  expect(scale.readings[0].beyond).toBe(true);
  const line = await checkLatents(
    [lost, other],
    e.map((v, r) => v + a[r]),
    1,
    options(),
  );
  expect(line.nonGaussian).toBe(false);
  expect(line.readings[0].gaussian.heldOut.bits).toBeGreaterThan(0.3);
});
