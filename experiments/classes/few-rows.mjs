/*
 * How the atoms of classes err where few rows fall on each class of a cell: cells that are given, whose atoms are known.
 *   npm run build && node experiments/classes/few-rows.mjs [--seeds 4] > experiments/classes/few-rows.tsv
 * One line per source and number of rows: mean errors of the unique and redundant parts of cells that are counted alone, the same with the
 * union corrected by halves of the rows in two ways and the limit that `unionExcess` says, and with cells whose rows stand beside
 * posteriors, as pidreg reads them, learned by counting .8 and 8 times as many other rows. Table of the results: summarise.mjs.
 */
import { parseArgs } from "node:util";
import { Rng } from "../../dist/math/rng.js";
import { cellSplit } from "../../dist/pid/discrete/cell-split.js";
import { readClasses } from "../../dist/pid/discrete/class-rows.js";
import { unionExcess } from "../../dist/pid/discrete/union-excess.js";

const { values } = parseArgs({ options: { seeds: { type: "string", default: "4" } } });
const seeds = Number(values.seeds);
const options = { tolerance: 1e-3, sweeps: 300 };

/** The value, or with a probability any of as many. */
const noisy = (rng, value, count, probability) => (rng.uniform() < probability ? rng.integer(count) : value);
const binned = (value) => Math.max(0, Math.min(11, Math.round(value)));
/** Class and both cells of a row. */
const sources = {
  "sum of two digits": { classes: 19, cells: 10, draw: (rng) => sumOf(rng.integer(10), rng.integer(10)) },
  "two copies of ten classes, 30 % noise": {
    ...{ classes: 10, cells: 10 },
    draw: (rng) => copiesOf(rng.integer(10), (y) => [noisy(rng, y, 10, 0.3), noisy(rng, y, 10, 0.3)]),
  },
  "a copy of ten classes, and a copy of that": {
    ...{ classes: 10, cells: 10 },
    draw: (rng) =>
      copiesOf(rng.integer(10), (y) => {
        const own = noisy(rng, y, 10, 0.2);
        return [own, noisy(rng, own, 10, 0.4)];
      }),
  },
  "half of nine classes each": {
    ...{ classes: 9, cells: 9 },
    draw: (rng) =>
      copiesOf(rng.integer(9), (y) => [
        3 * noisy(rng, Math.floor(y / 3), 3, 0.3) + rng.integer(3),
        3 * rng.integer(3) + noisy(rng, y % 3, 3, 0.3),
      ]),
  },
  "weak copies of four classes": {
    ...{ classes: 4, cells: 12 },
    draw: (rng) =>
      copiesOf(rng.integer(4), (y) => [
        3 * noisy(rng, y, 4, 0.7) + rng.integer(3),
        3 * noisy(rng, y, 4, 0.8) + rng.integer(3),
      ]),
  },
  "two classes in normal noise": {
    ...{ classes: 2, cells: 12 },
    draw: (rng) =>
      copiesOf(rng.integer(2), (y) => [1.5, 1].map((size) => binned(6 + (2 * y - 1) * size + 2 * rng.normal()))),
  },
};

function sumOf(a, b) {
  return [a + b, a, b];
}

function copiesOf(y, cellsOf) {
  return [y, ...cellsOf(y)];
}

/** Rows as the decomposition of classes holds them; posteriors are not needed. */
function drawn({ classes, cells, draw }, n, rng) {
  const rows = Array.from({ length: n }, () => draw(rng));
  const column = (k) => Int32Array.from(rows, (row) => row[k]);
  const none = new Float64Array(n);
  return {
    ...{ labels: column(0), classes, cells: [1, 2].map((k) => ({ of: column(k), count: cells })) },
    ...{ own: [none, none], joint: none, designEffects: [1, 1], posteriors: null },
  };
}

/** Posteriors of rows by counting those of other rows in the same cell, by modality. */
function learned({ labels, cells, classes }, of) {
  return cells.map(({ of: place }, k) => {
    const counts = Array.from({ length: of.cells[k].count }, () => new Float64Array(classes).fill(0.1));
    of.labels.forEach((y, row) => void counts[of.cells[k].of[row]][y]++);
    const shares = counts.map((own) => own.map((v) => v / own.reduce((a, b) => a + b, 0)));
    return Float64Array.from({ length: labels.length * classes }, (_, i) => {
      return shares[place[Math.floor(i / classes)]][i % classes];
    });
  });
}

const read = (rows) => readClasses(rows, [...rows.labels.keys()], options);
const atomsOf = ({ unique: [one, other], shared }) => [one, other, shared];
const mean = (of) => of.reduce((sum, value) => sum + value, 0) / of.length;

console.log(
  "source\trows\trows_per_class_of_cell\ttrue_unique_1\ttrue_unique_2\ttrue_redundant\tunique_error\tredundant_error\trms\trms_1_over_n\trms_1_over_root_n\tlimit\tunique_error_learned\trms_learned\tunique_error_learned_of_8\trms_learned_of_8",
);
for (const [name, source] of Object.entries(sources)) {
  const truth = atomsOf(cellSplit(read(drawn(source, 400_000, new Rng(99)))));
  for (const n of [500, 1000, 5000]) {
    const errors = { counted: [], linear: [], root: [], learned: [], learnedOf8: [] };
    const limits = [];
    for (let seed = 1; seed <= seeds; seed++) {
      const rng = new Rng(seed).split(`${name}/${n}`);
      const rows = drawn(source, n, rng);
      const readings = read(rows);
      const limit = unionExcess(rows, readings, { groups: null, options, rng: rng.split("halves") });
      const most = Math.max(...readings.bias);
      const corrected = (excess) =>
        atomsOf(cellSplit({ ...readings, union: { ...readings.union, bits: readings.union.bits - excess } }));
      const linear = limit === 0 ? 0 : Math.max(0, (limit + most) * (Math.SQRT2 - 1) - most);
      const add = (key, atoms) => errors[key].push(atoms.map((v, i) => v - truth[i]));
      add("counted", corrected(0));
      add("linear", corrected(linear));
      add("root", corrected(limit));
      for (const [key, times] of [
        ["learned", 0.8],
        ["learnedOf8", 8],
      ]) {
        const others = drawn(source, Math.round(times * n), rng.split(key));
        add(key, atomsOf(cellSplit(read({ ...rows, posteriors: learned(rows, others) }))));
      }
      limits.push(limit);
    }
    const of = (i, key = "counted") => mean(errors[key].map((each) => each[i]));
    const unique = (key) => (of(0, key) + of(1, key)) / 2;
    const rms = (key) => Math.sqrt(mean(errors[key].flat().map((v) => v * v)));
    const numbers = [
      ...[...truth, unique("counted"), of(2), rms("counted"), rms("linear"), rms("root"), mean(limits)],
      ...["learned", "learnedOf8"].flatMap((key) => [unique(key), rms(key)]),
    ];
    const perCell = (n / source.classes / source.cells).toFixed(1);
    console.log([name, n, perCell, ...numbers.map((v) => v.toFixed(3))].join("\t"));
  }
}
