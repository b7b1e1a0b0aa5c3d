/*
 * Tables whose Shannon informations are known, and what the linear Gaussian reading can see of them. Every modality holds its
 * hidden columns among noise, rotated, two of the results distorted.
 */
import { Rng } from "../../dist/index.js";

const width = 6;

/** Independent standard normal columns by name. */
function normals(seed, rows, names) {
  const rng = new Rng(`beyond-gaussian/${seed}`);
  return Object.fromEntries(
    names.map((name) => [
      name,
      Float64Array.from({ length: rows }, (_, r, own = rng.split(`${name}/${r}`)) => own.normal()),
    ]),
  );
}

/** A random rotation: Gram-Schmidt of normal vectors. */
function rotation(rng, size) {
  const vectors = [];
  while (vectors.length < size) {
    const vector = Array.from({ length: size }, () => rng.normal());
    for (const other of vectors) {
      const share = vector.reduce((sum, v, j) => sum + v * other[j], 0);
      for (let j = 0; j < size; j++) vector[j] -= share * other[j];
    }
    const length = Math.hypot(...vector);
    vectors.push(vector.map((v) => v / length));
  }
  return vectors;
}

/** Hidden columns among noise, rotated; the first distorted by sinh, the second by x^3 + x. */
function hide(columns, seed) {
  const rows = columns[0].length;
  const rng = new Rng(`beyond-gaussian/hide/${seed}`);
  const all = [...columns];
  while (all.length < width) all.push(Float64Array.from({ length: rows }, () => rng.normal()));
  const mixed = rotation(rng, width).map((weights) =>
    Float64Array.from({ length: rows }, (_, r) => weights.reduce((sum, w, j) => sum + w * all[j][r], 0)),
  );
  return [mixed[0].map(Math.sinh), mixed[1].map((v) => v ** 3 + v), ...mixed.slice(2)];
}

const two = ({ a, b }) => ({ alpha: [a], beta: [b] });

/**
 * By name: the target of a row, what each modality hides (the columns alpha = a and beta = b where left out), and whether
 * there is nothing beyond the Gaussian reading.
 */
export const tables = {
  lin: { y: ({ a, b, e }) => a + b + e, gaussian: true },
  skew: { y: ({ a, b, e }) => Math.exp(a + b + 0.5 * e), gaussian: true },
  noise: { y: ({ e }) => e, gaussian: true },
  three: {
    y: ({ a, b, c, e }) => c + 0.6 * a + 0.6 * Math.tanh(2 * b) + 0.5 * e,
    hidden: ({ a, b, c, d1, d2, g }) => ({
      alpha: [c.map((v, r) => v + 0.5 * d1[r]), a],
      beta: [c.map((v, r) => v + 0.5 * d2[r]), b],
      gamma: [g],
    }),
    gaussian: true,
  },
  absmode: { y: ({ a, c, e }) => Math.sign(c) * Math.abs(a) + 0.1 * e, gaussian: false },
  hetero: { y: ({ a, b, e }) => a + 0.7 * Math.exp(0.9 * b) * e, gaussian: false },
  scale: { y: ({ b, e }) => Math.exp(b) * e, gaussian: false },
  ring: { y: ({ a, b, e }) => Math.hypot(a, b) + 0.2 * e, gaussian: false },
  expprod: { y: ({ a, b, e }) => a + 0.5 * b + a * b + 0.5 * e, gaussian: false },
  vec: {
    y: ({ a }) => a,
    second: ({ a, b }) => a * a + 0.1 * b,
    shown: ({ a, c, d1, d2, e, g }) => {
      const seen = a.map((v, r) => v + 0.3 * c[r]);
      return { alpha: [seen, seen.map((v) => v * v)], beta: [d1, d2, e, g] };
    },
    gaussian: false,
  },
};

/** @returns target and modalities as `checkInformation` takes them */
export function drawTable(name, rows, seed) {
  const { y, second, hidden = two, shown } = tables[name];
  const columns = normals(`${name}/${seed}`, rows, ["a", "b", "c", "d1", "d2", "e", "g"]);
  const of = (value) =>
    Float64Array.from({ length: rows }, (_, r) =>
      value(Object.fromEntries(Object.entries(columns).map(([key, column]) => [key, column[r]]))),
    );
  const parts = shown?.(columns) ?? hidden(columns);
  return {
    target: { name: "y", columns: second === undefined ? [of(y)] : [of(y), of(second)] },
    modalities: Object.entries(parts).map(([key, own]) => ({
      name: key,
      columns: shown === undefined ? hide(own, `${name}/${seed}/${key}`) : own,
    })),
  };
}
