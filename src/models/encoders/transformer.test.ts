import type { Tensor, Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { expect, it } from "vitest";
import { checkCompiled } from "../../../test/support/compiled.js";
import { normalTensor, type TestTensor } from "../../../test/support/gradients.js";
import type { ForwardContext } from "../module.js";
import { type TransformerOptions, transformerEncoder } from "./transformer.js";

const options: TransformerOptions = {
  ...{ shape: [7, 2], patch: 3, width: 6, heads: 2, layers: 2 },
  ...{ latentDim: 2, dropout: 0.5 },
};
const width = 14;
const encoder = transformerEncoder("e", options);

/** Parameters about their usual size, none of them 0. */
function parametersOf(run: number): Record<string, TestTensor> {
  return Object.fromEntries(
    encoder.parameters.map(({ name, shape }) => {
      const { values } = normalTensor(`${name}/${run}`, shape, 0.4);
      return [name, { shape: [...shape], values: name.endsWith("scale") ? values.map((v) => 1 + 0.3 * v) : values }];
    }),
  );
}

const contextOf = (parameters: Record<string, Tensor>, mask?: Tensor): ForwardContext => ({
  ...{ parameters, training: true, observe: () => undefined },
  noise: mask === undefined ? {} : { "e.pool.dropout": mask },
  running: () => {
    throw new Error("no running moments in training");
  },
});

it("computes compiled what it computes eagerly, with all gradients", async () => {
  const names = encoder.parameters.map(({ name }) => name);
  const given = (run: number): Record<string, TestTensor> => ({
    ...parametersOf(run),
    x: normalTensor(`x/${run}`, [5, width]),
    w: normalTensor(`w/${run}`, [5, 2]),
    mask: { shape: [5, 6], values: Array.from({ length: 30 }, (_, i) => (i % 7 < 2 + run ? 0 : 1.5)) },
  });
  await checkCompiled({
    inputs: [given(0), given(1)] as [Record<string, TestTensor>, Record<string, TestTensor>],
    loss: ({ x, w, mask, ...parameters }) =>
      tf.sum(tf.mul(encoder.apply(contextOf(parameters, mask), x as Tensor2D).latent, w)),
    wrt: [...names, "x"],
    tolerance: 3e-5,
  });
});

it("equals attention written out place by place", () => {
  const stored = parametersOf(2);
  const rows = normalTensor("rows", [4, width]);
  const parameters = Object.fromEntries(
    Object.entries(stored).map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]),
  );
  // The normalisation of the latent is of the batch: undone here, so that rows stand by themselves.
  const { latent } = encoder.apply(contextOf(parameters), tf.tensor2d([...rows.values], [4, width]));
  const pooled = [0, 1, 2, 3].map((r) => byHand(Array.from(rows.values.slice(r * width, (r + 1) * width)), stored));
  const expected = pooled.map((row) => times(row, stored["e.output.weight"]));
  const columns = [0, 1].map((c) => expected.map((row) => row[c]));
  const [scale, shift] = ["scale", "shift"].map((part) => stored[`e.output.norm.${part}`].values);
  const normed = columns.map((column, c) => {
    const mean = column.reduce((a, b) => a + b, 0) / 4;
    const variance = column.reduce((a, b) => a + (b - mean) ** 2, 0) / 4;
    return column.map((v) => shift[c] + (scale[c] * (v - mean)) / Math.sqrt(variance + 1e-5));
  });
  const found = latent.arraySync();
  for (const [r, row] of found.entries())
    for (const [c, value] of row.entries()) expect(value).toBeCloseTo(normed[c][r], 4);
  tf.dispose([latent, ...Object.values(parameters)]);
});

it("reads the order of steps", () => {
  const parameters = Object.fromEntries(
    Object.entries(parametersOf(3)).map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]),
  );
  const rows = normalTensor("order", [6, width]).values;
  const turned = rows.map((_, i) => rows[Math.floor(i / width) * width + (((i % width) + 6) % width)]);
  const read = (values: readonly number[]) => {
    const apply = encoder.apply(contextOf(parameters), tf.tensor2d([...values], [6, width]));
    return Array.from((apply.latent as Tensor).dataSync());
  };
  const apart = read(rows).map((value, i) => Math.abs(value - read(turned)[i]));
  expect(Math.max(...apart)).toBeGreaterThan(0.05);
});

type Vector = number[];

function times(x: Vector, { shape: [, columns], values }: TestTensor, bias?: TestTensor): Vector {
  return Array.from(
    { length: columns },
    (_, c) => x.reduce((sum, v, r) => sum + v * values[r * columns + c], 0) + (bias?.values[c] ?? 0),
  );
}

function normed(x: Vector, name: string, stored: Record<string, TestTensor>): Vector {
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  const variance = x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length;
  const [scale, shift] = [stored[`${name}.scale`].values, stored[`${name}.shift`].values];
  return x.map((v, i) => shift[i] + (scale[i] * (v - mean)) / Math.sqrt(variance + 1e-5));
}

/** The mean of the tokens of one row. */
function byHand(row: Vector, stored: Record<string, TestTensor>): Vector {
  const linear = (name: string) => (x: Vector) => times(x, stored[`${name}.weight`], stored[`${name}.bias`]);
  const whole = [...row, 0, 0, 0, 0];
  const add = (a: Vector, b: Vector) => a.map((v, i) => v + b[i]);
  let tokens = [0, 1, 2].map((t) => {
    const place = Array.from(stored["e.positions"].values.slice(6 * t, 6 * t + 6));
    return add(linear("e.patch")(whole.slice(6 * t, 6 * t + 6)), place);
  });
  for (const block of ["e.block0", "e.block1"]) {
    const read = tokens.map((token) => normed(token, `${block}.norm0`, stored));
    const [q, k, v] = ["query", "key", "value"].map((part) => read.map(linear(`${block}.${part}`)));
    const heard = q.map((query) =>
      [0, 1].flatMap((head) => {
        const own = (x: Vector) => x.slice(3 * head, 3 * head + 3);
        const scores = k.map(
          (key) => own(key).reduce((sum, value, i) => sum + value * own(query)[i], 0) / Math.sqrt(3),
        );
        const weights = scores.map((score) => Math.exp(score));
        const all = weights.reduce((a, b) => a + b, 0);
        return [0, 1, 2].map((i) => weights.reduce((sum, w, t) => sum + (w / all) * own(v[t])[i], 0));
      }),
    );
    tokens = tokens.map((token, t) => add(token, linear(`${block}.mixed`)(heard[t])));
    tokens = tokens.map((token) => {
      const wide = linear(`${block}.wide`)(normed(token, `${block}.norm1`, stored)).map((value) => Math.max(0, value));
      return add(token, linear(`${block}.narrow`)(wide));
    });
  }
  const last = tokens.map((token) => normed(token, "e.norm", stored));
  return last[0].map((_, i) => last.reduce((sum, token) => sum + token[i], 0) / 3);
}
