// Tables of classes with known atoms, bits: [r, u1, u2, s]; sources of one column each unless said.
const normals = (rng, n) => Float64Array.from({ length: n }, () => rng.normal());

function pam(rng, n, levels, noise) {
  const labels = Int32Array.from({ length: n }, () => rng.integer(levels));
  const at = (y) => (levels === 1 ? 0 : (2 * y) / (levels - 1) - 1);
  return { labels, sources: noise.map((s) => [Float64Array.from(labels, (y) => at(y) + s * rng.normal())]) };
}

export const cases = {
  degraded: {
    truth: [0.295, 0.342, 0, 0.096],
    classes: 2,
    make: (rng, n) => pam(rng, n, 2, [0.8, 1.4]),
  },
  ordered: {
    truth: [0.429, 0.464, 0, 0.124],
    classes: 3,
    make: (rng, n) => pam(rng, n, 3, [0.5, 0.9]),
  },
  "two-bits": {
    truth: [0, 0.824, 0.556, 0],
    classes: 4,
    make: (rng, n) => {
      const labels = Int32Array.from({ length: n }, () => rng.integer(4));
      const bit = (y, k) => 2 * ((y >> k) & 1) - 1;
      return {
        labels,
        sources: [0.6, 0.9].map((s, k) => [Float64Array.from(labels, (y) => bit(y, k) + s * rng.normal())]),
      };
    },
  },
  sign: {
    truth: [0, 0, 0, 0.531],
    classes: 2,
    make: (rng, n) => {
      const [a, b] = [normals(rng, n), normals(rng, n)];
      const labels = Int32Array.from(a, (v, r) => Number(v * b[r] > 0 !== rng.uniform() < 0.1));
      return { labels, sources: [[a], [b]] };
    },
  },
  nothing: {
    truth: [0, 0, 0, 0],
    classes: 3,
    make: (rng, n) => ({
      labels: Int32Array.from({ length: n }, () => rng.integer(3)),
      sources: [0, 1].map(() => [0, 1, 2].map(() => normals(rng, n))),
    }),
  },
};
