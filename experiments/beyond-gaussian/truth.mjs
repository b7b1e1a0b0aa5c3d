/* Shannon informations of the tables by quadrature, bits: entropies on grids, normal causes by 2001 quantiles of equal weight. */
import { normalQuantile } from "../../dist/math/special.js";

const nodes = Array.from({ length: 2001 }, (_, i) => normalQuantile((i + 0.5) / 2001));
const mean = (f) => nodes.reduce((sum, v) => sum + f(v), 0) / nodes.length;
const normalBits = (variance) => 0.5 * Math.log2(2 * Math.PI * Math.E * variance);
const density = (x, variance) => Math.exp((-x * x) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);

/** Entropy of a density, bits; the grid is fine at 0 and wide at the ends: y = 0.02 sinh(t). */
function entropy(p, end = 11) {
  const steps = 4000;
  const dt = (2 * end) / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const t = -end + i * dt;
    const value = p(0.02 * Math.sinh(t));
    if (value > 0) sum -= value * Math.log2(value) * 0.02 * Math.cosh(t) * dt;
  }
  return sum;
}

/** I of alpha, of beta, of all; null where none is known. */
export const truth = {
  lin: () => sums(3, 2, 2, 1),
  skew: () => sums(2.25, 1.25, 1.25, 0.25),
  noise: () => ({ alpha: 0, beta: 0, all: 0 }),
  three: () => {
    const tanh = (variance) => entropy((y) => mean((b) => density(y - 0.6 * Math.tanh(2 * b), variance)), 7);
    const whole = tanh(1 + 0.36 + 0.25);
    return {
      alpha: whole - tanh(0.2 + 0.25),
      beta: whole - normalBits(0.2 + 0.36 + 0.25),
      gamma: 0,
      all: whole - normalBits(1 / 9 + 0.25),
    };
  },
  absmode: () => {
    const given = (a) => entropy((y) => 0.5 * density(y - a, 0.01) + 0.5 * density(y + a, 0.01), 7);
    const few = nodes.filter((_, i) => i % 40 === 20);
    const conditional = few.reduce((sum, a) => sum + given(Math.abs(a)), 0) / few.length;
    const alpha = normalBits(1.01) - conditional;
    return { alpha, beta: 0, all: alpha };
  },
  hetero: () => {
    const spread = (b) => 0.49 * Math.exp(1.8 * b);
    const whole = entropy((y) => mean((b) => density(y, 1 + spread(b))));
    return {
      alpha: whole - entropy((y) => mean((b) => density(y, spread(b)))),
      beta: whole - mean((b) => normalBits(1 + spread(b))),
      all: whole - normalBits(0.49),
    };
  },
  scale: () => {
    const beta = entropy((y) => mean((b) => density(y, Math.exp(2 * b)))) - normalBits(1);
    return { alpha: 0, beta, all: beta };
  },
  ring: () => {
    const few = Array.from({ length: 201 }, (_, i) => normalQuantile((i + 0.5) / 201));
    const radius = Array.from({ length: 2001 }, (_, i) => Math.sqrt(-2 * Math.log((i + 0.5) / 2001)));
    const whole = entropy((y) => radius.reduce((sum, r) => sum + density(y - r, 0.04), 0) / radius.length, 7);
    const given = (a) => entropy((y) => few.reduce((sum, b) => sum + density(y - Math.hypot(a, b), 0.04), 0) / 201, 7);
    const some = few.filter((_, i) => i % 4 === 0);
    const one = whole - some.reduce((sum, a) => sum + given(a), 0) / some.length;
    return { alpha: one, beta: one, all: whole - normalBits(0.04) };
  },
  expprod: () => {
    const ofA = (a) => (0.5 + a) ** 2 + 0.25;
    const whole = entropy((y) => mean((a) => density(y - a, ofA(a))), 8);
    return {
      alpha: whole - mean((a) => normalBits(ofA(a))),
      beta: whole - mean((b) => normalBits((1 + b) ** 2 + 0.25)),
      all: whole - normalBits(0.25),
    };
  },
  /** a and its square in noise, through a + 0.3 c: I(a; a + 0.3 c), and what the noise of the second target hides. */
  vec: () => {
    const all = 0.5 * Math.log2(1 + 1 / 0.09);
    return { alpha: all, beta: 0, all };
  },
};

function sums(whole, withoutA, withoutB, noise) {
  const bits = (left) => 0.5 * Math.log2(whole / left);
  return { alpha: bits(withoutA), beta: bits(withoutB), all: bits(noise) };
}
