import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Draw, drawn } from "../../test/support/drawn-columns.js";
import type { Engine } from "../engine/engine.js";
import { createEngine } from "../engine/index.js";
import { modelLayout } from "../fit/model-layout.js";
import { mixtureLogDensity } from "../losses/mixture-density.js";
import { mean } from "../math/descriptive.js";
import { Rng } from "../math/rng.js";
import { logNormalDensity } from "../math/special.js";
import { densityHead } from "../models/density-head.js";
import { checkGaussian, readDensity } from "./check.js";
import { isBeyond } from "./found.js";
import { Mixtures } from "./mixtures.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine("onnx");
});
afterAll(() => engine.dispose());

const linear: Draw = ([a, b], rng) => a + b + rng.normal();

describe("mixtures in float64", () => {
  const rng = new Rng("shapes");
  const shapes = Float32Array.from({ length: 4 * 15 }, () => 2 * rng.normal());
  const x = [0.3, -2, 5, 0.01];

  it("are those that a network is trained with", () => {
    const mixtures = new Mixtures(shapes, new Float64Array(4), 1, -0.5);
    const traced = mixtureLogDensity(tf.tensor2d(shapes, [4, 15]), tf.tensor2d(x, [4, 1]), tf.tensor1d([-0.5]));
    // float32 against float64
    traced.dataSync().forEach((q, r) => void expect(mixtures.logDensity(r, x[r]) / q).toBeCloseTo(1, 5));
  });

  it("are on y: a prediction and a scale move them", () => {
    const plain = new Mixtures(shapes, new Float64Array(4), 1, -6);
    const moved = new Mixtures(shapes, Float64Array.from([1, 2, 3, 4]), 0.5, -6);
    x.forEach((v, r) => {
      expect(moved.logDensity(r, r + 1 + 0.5 * v)).toBeCloseTo(plain.logDensity(r, v) + Math.LN2, 10);
    });
  });

  it("are the linear Gaussian reading where the network says nothing", () => {
    const nothing = new Mixtures(new Float32Array(4 * 15), Float64Array.from([1, 2, 3, 4]), 0.5, -6);
    const normal = Mixtures.normal(Float64Array.from([1, 2, 3, 4]), 0.5);
    x.forEach((v, r) => {
      expect(nothing.logDensity(r, v)).toBeCloseTo(logNormalDensity(v, r + 1, 0.5), 12);
      expect(normal.logDensity(r, v)).toBeCloseTo(logNormalDensity(v, r + 1, 0.5), 12);
    });
    const traced = mixtureLogDensity(tf.zeros([4, 15]), tf.tensor2d(x, [4, 1])).dataSync();
    x.forEach((v, r) => void expect(Math.abs(traced[r] - logNormalDensity(v))).toBeLessThan(2e-6)); // float32 of 13
  });

  it("start from it: centres that lie 0.2 apart move the mean log density of normal rows by a thousandth", () => {
    const head = densityHead("d", { inputWidth: 3, hidden: [32, 32], dropout: 0.1, components: 5 });
    const layout = modelLayout(head).parameters;
    const parameters = layout.unpack(tf.tensor1d(layout.initialise(new Rng(1))));
    const n = 2000;
    const draw = Float32Array.from({ length: 4 * n }, () => rng.normal());
    const residual = draw.subarray(3 * n);
    const context = { parameters, training: false, noise: {}, running: () => ({}) as never, observe: () => undefined };
    const found = head
      .logDensity(context, tf.tensor2d(draw.subarray(0, 3 * n), [n, 3]), tf.tensor2d(residual, [n, 1]))
      .dataSync();
    const normal = Float64Array.from(residual, (e) => logNormalDensity(e));
    expect(Math.abs(mean(found) - mean(normal))).toBeLessThan(2e-3);
  });

  it("give no component less than the floor", () => {
    const narrow = Float32Array.from([0, 0, -6]);
    const at = (floor: number) => new Mixtures(narrow, new Float64Array(1), 1, floor).logDensity(0, 0);
    expect(at(-6)).toBeCloseTo(logNormalDensity(0, 0, Math.exp(-6)), 10);
    expect(at(-3)).toBeCloseTo(logNormalDensity(0, 0, Math.exp(-3)), 10);
    const traced = mixtureLogDensity(tf.tensor2d(narrow, [1, 3]), tf.tensor2d([[0]]), tf.tensor1d([-3])).dataSync();
    expect(traced[0]).toBeCloseTo(logNormalDensity(0, 0, Math.exp(-3)), 5);
  });
});

describe("what one source tells", () => {
  it("does not depend on the order of rows, nor on increasing maps of columns and target", async () => {
    const { target, source } = drawn(300, 2, "order", ([a, b], rng) => a * b + rng.normal());
    const here = await readDensity(target, source, { engine });
    const order = new Rng("shuffle").permutation(300);
    const moved = ({ name, columns }: typeof source, map: (v: number) => number) => ({
      name,
      columns: columns.map((column) => Float64Array.from(order, (r) => map(column[r]))),
    });
    const there = await readDensity(
      moved(target, Math.exp),
      moved(source, (v) => v ** 3 + v),
      { engine },
    );
    const { gapOfRows, ...rest } = here;
    const { gapOfRows: other, ...numbers } = there;
    expect(numbers).toEqual(rest);
    expect([...other]).toEqual(Array.from(order, (r) => gapOfRows[r]));
  });

  it("refuses too few rows, and a target that does not vary", async () => {
    const { target, source } = drawn(150, 2, "few", linear);
    await expect(readDensity(target, source, { engine })).rejects.toThrow("needs at least 200 rows, got 150");
    const flat = { name: "flat", columns: [new Float64Array(300)] };
    const more = drawn(300, 2, "flat", linear);
    await expect(readDensity(flat, more.source, { engine })).rejects.toThrow('"flat", column 0 has the same value');
    await expect(checkGaussian(more.target, [], { engine })).rejects.toThrow("at least one modality");
  });
});

describe("the verdict", () => {
  it("asks for two standard errors and for 0.05 bits", () => {
    expect(isBeyond({ bits: 0.06, standardError: 0.02 })).toBe(true);
    expect(isBeyond({ bits: 0.06, standardError: 0.04 })).toBe(false);
    expect(isBeyond({ bits: 0.04, standardError: 0.001 })).toBe(false);
    expect(isBeyond({ bits: -1, standardError: 0.1 })).toBe(false);
  });
});
