/* Tables whose true decomposition is known: columns are linear in independent standard normal variables, v = A z. */
import { gaussianPid, Rng } from "../../dist/index.js";

/** [rows, columns] of standard normal numbers, each row times its factor. */
function normalMatrix(seed, rows, columns, scale = () => 1) {
  const rng = new Rng(seed);
  return Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, () => scale(r) * rng.normal()));
}

const unit = (size, at, value = 1) => Array.from({ length: size }, (_, k) => (k === at ? value : 0));

/** Independent columns in blocks, and y = Σ loadings + noise: `loading(k, j)` of column j of modality k. */
function additive(dims, loading, noise) {
  const width = dims.reduce((sum, d) => sum + d, 0);
  const weights = dims.flatMap((d, k) => Array.from({ length: d }, (_, j) => loading(k, j)));
  return [[...weights, noise], ...Array.from({ length: width }, (_, j) => unit(width + 1, j))];
}

/** Columns that all see a few factors, through noise; y is the sum of the factors, with noise. */
function factors(dims, count, strength, noise, seed) {
  const width = dims.reduce((sum, d) => sum + d, 0);
  const loadings = normalMatrix(seed, width, count, () => strength);
  const own = (j) => [...loadings[j], ...unit(width, j), 0];
  return [
    [...Array.from({ length: count }, () => 1), ...Array.from({ length: width }, () => 0), noise],
    ...Array.from({ length: width }, (_, j) => own(j)),
  ];
}

const dense = normalMatrix("dense", 41, 60);
const wide = [20, 20];
/** R² 0.94 and 0.29: strong and weak, spread evenly over all columns. */
const strong = additive(wide, () => 1, 1.6);
const weak = additive(wide, () => 0.1, 1);
const shared = factors(wide, 3, 0.6, 1, "factors");
const near = [
  [1, 0, 0],
  [0.6, 0.8, 0],
  [0.5, 0.2, 0.84],
];
const three = [
  [1, 0, 0, 0, 0],
  [0.7, 0.7, 0, 0, 0],
  [0.6, 0.2, 0.7, 0, 0],
  [0.55, 0.1, 0, 0.8, 0],
];
const vectorTie = [
  [1, 0, 0, 0, 0, 0],
  [0, 1, 0, 0, 0, 0],
  ...[2, 3].map((k) => unit(6, k, 0.7)),
  ...[4, 5].map((k) => unit(6, k, 0.7)),
];
vectorTie.slice(2).forEach((row, j) => {
  row[j % 2] = 1;
});

/** Each modality knows more of one target, and both know something of either. */
const vectorNear = [
  [1, 0, 0, 0, 0, 0],
  [0.3, 0.95, 0, 0, 0, 0],
  [0.8, 0.2, 0.7, 0, 0, 0],
  [0.4, 0.3, 0, 0.8, 0, 0],
  [0.3, 0.7, 0, 0, 0.7, 0],
  [0.2, 0.4, 0, 0, 0, 0.8],
];

const scalar = (dims, rows, A, more = {}) => ({ targets: 1, dims, rows, A, ...more });
const few = (name, dims, A, rows) =>
  rows.map((n) => [`${name}, ${n} rows`, { part: "few rows", ...scalar(dims, n, A) }]);
const grouped = (name, A, dims, sizes) => [
  name,
  {
    part: "groups",
    ...scalar(
      dims,
      sizes.reduce((a, b) => a + b, 0),
      A,
    ),
    sizes,
  },
];
const equal = (groups, size) => Array.from({ length: groups }, () => size);

/** By name; `part` is the table of docs/decompose.md that a case stands in. */
export const cases = Object.fromEntries([
  ...few("dense, 20 + 20 columns", wide, dense, [60, 100, 199, 201, 400]),
  ...few("strong, 20 + 20 columns", wide, strong, [30, 45, 60, 100, 199, 201]),
  ...few("weak, 20 + 20 columns", wide, weak, [30, 45, 60, 100, 199, 201]),
  ...few("factors, 20 + 20 columns", wide, shared, [30, 45, 60, 100, 199, 201]),
  ["dense, t(5) rows, 20 + 20 columns, 100 rows", { part: "few rows", ...scalar(wide, 100, dense, { tails: 5 }) }],
  [
    "weak, 10 + 10 + 10 columns, 60 rows",
    {
      part: "few rows",
      ...scalar(
        [10, 10, 10],
        60,
        additive([10, 10, 10], (k) => 0.1 + 0.05 * k, 1),
      ),
    },
  ],
  [
    "strong, 10 + 10 + 10 columns, 25 rows",
    {
      part: "few rows",
      ...scalar(
        [10, 10, 10],
        25,
        additive([10, 10, 10], () => 1, 1.5),
      ),
    },
  ],
  ["1 + 1 columns, 100 rows", { part: "ties", ...scalar([1, 1], 100, near) }],
  [
    "exact tie, 1 + 1 columns, 300 rows",
    {
      part: "ties",
      ...scalar([1, 1], 300, [
        [1, 0, 0],
        [1, 1, 0],
        [1, 0, 1],
      ]),
    },
  ],
  ["nearly tied, 1 + 1 + 1 columns, 250 rows", { part: "ties", ...scalar([1, 1, 1], 250, three) }],
  [
    "exact tie, 1 + 1 + 1 columns, 300 rows",
    {
      part: "ties",
      ...scalar([1, 1, 1], 300, [
        [1, 0, 0, 0],
        [1, 1, 0, 0],
        [1, 0, 1, 0],
        [1, 0, 0, 1],
      ]),
    },
  ],
  [
    "two targets, tied in both directions, 2 + 2 columns, 300 rows",
    { part: "ties", targets: 2, dims: [2, 2], rows: 300, A: vectorTie },
  ],
  [
    "two targets, 2 + 2 + 2 columns, 400 rows",
    { part: "ties", targets: 2, dims: [2, 2, 2], rows: 400, A: normalMatrix("vector three", 8, 12) },
  ],
  ["t(5) rows, 1 + 1 columns, 300 rows", { part: "tails", ...scalar([1, 1], 300, near, { tails: 5 }) }],
  ["t(5) rows, 1 + 1 + 1 columns, 500 rows", { part: "tails", ...scalar([1, 1, 1], 500, three, { tails: 5 }) }],
  ...[100, 500].map((n) => [
    `t(3) rows, 1 + 1 columns, ${n} rows`,
    { part: "tails", ...scalar([1, 1], n, near, { tails: 3 }) },
  ]),
  ["t(3) rows, 1 + 1 + 1 columns, 500 rows", { part: "tails", ...scalar([1, 1, 1], 500, three, { tails: 3 }) }],
  ["t(5) rows, 1 + 1 columns, 2000 rows", { part: "tails", ...scalar([1, 1], 2000, near, { tails: 5 }) }],
  ["1 + 1 columns, 30 rows", { part: "tails", ...scalar([1, 1], 30, near) }],
  ["1 + 1 columns, 500 rows", { part: "tails", ...scalar([1, 1], 500, near) }],
  ["1 + 1 + 1 columns, 500 rows", { part: "tails", ...scalar([1, 1, 1], 500, three) }],
  grouped("50 groups x 10", near, [1, 1], equal(50, 10)),
  grouped("20 groups x 25", near, [1, 1], equal(20, 25)),
  grouped("8 groups x 60", near, [1, 1], equal(8, 60)),
  grouped(
    "30 groups of 1 to 30",
    near,
    [1, 1],
    Array.from({ length: 30 }, (_, g) => g + 1),
  ),
  [
    "40 groups x 10, two targets, 2 + 2 columns",
    { part: "groups", targets: 2, dims: [2, 2], rows: 400, A: vectorNear, sizes: equal(40, 10) },
  ],
  grouped("40 groups x 10, three modalities", three, [1, 1, 1], equal(40, 10)),
  grouped("80 groups x 5, 20 + 20 columns", dense, wide, equal(80, 5)),
  grouped("40 groups x 5, 20 + 20 columns", dense, wide, equal(40, 5)),
]);

/** Share of the variance that rows of a group have in common. */
const common = 0.9;

/** A decomposition as one number per name. */
export function numbersOf({ information, atoms, union }) {
  const named = (prefix, of) => Object.entries(of).map(([name, value]) => [`${prefix}${name}`, value]);
  return Object.fromEntries([
    ["total", information.total],
    ...named("I ", information.byModality),
    ...named("u ", atoms.unique),
    ["r", atoms.redundancy],
    ["s", atoms.synergy],
    ...(Object.keys(atoms.unique).length > 2 ? [["part", atoms.partialRedundancy]] : []),
    ["union", union],
  ]);
}

/** The true decomposition of a case. */
export function truthOf({ A, targets, dims }) {
  const covariance = A.map((a) => A.map((b) => a.reduce((sum, w, k) => sum + w * b[k], 0)));
  return numbersOf(gaussianPid(covariance, { targets, sources: dims.map((size, k) => ({ name: `m${k + 1}`, size })) }));
}

/** A table of a case: target, sources, and the labels of groups if it has any. */
export function drawTable({ A, targets, dims, rows, tails, sizes }, seed, independent = false) {
  const rng = new Rng(seed);
  const columns = A.map(() => new Float64Array(rows));
  const groups = sizes?.flatMap((size, g) => Array.from({ length: size }, () => g));
  let shared = [];
  for (let r = 0; r < rows; r++) {
    const own = A[0].map(() => rng.normal());
    if (groups !== undefined && groups[r] !== groups[r - 1]) shared = A[0].map(() => rng.normal());
    const z = groups === undefined ? own : own.map((v, k) => Math.sqrt(common) * shared[k] + Math.sqrt(1 - common) * v);
    const scale = tails === undefined ? 1 : Math.sqrt(tails / rng.chiSquared(tails));
    A.forEach((a, j) => {
      columns[j][r] = scale * a.reduce((sum, w, k) => sum + w * z[k], 0);
    });
  }
  let start = targets;
  const sources = dims.map((d, k) => {
    start += d;
    return { name: `m${k + 1}`, columns: columns.slice(start - d, start) };
  });
  const target = { name: "y", columns: columns.slice(0, targets) };
  return {
    target: independent ? drawTable({ A, targets, dims, rows, tails, sizes }, `${seed}/y`).target : target,
    sources,
    groups,
  };
}
