/*
 * How often 95 % intervals hold the truth as two modalities come closer to a tie, among all tables and among those of which
 * the flag `boundary` does not say that they tie: these were selected for looking clear.
 *   npm run build && node experiments/coverage/near-ties.mjs [--designs "two|three"] [--workers 2] [--out near-ties.jsonl]
 * One JSON line per design, number of rows and distance in standard errors; lines that are in the file already are left out.
 */
import { fileURLToPath } from "node:url";
import { gaussianPid, gaussianPidFromCovariance, gaussianPidFromData } from "../../dist/index.js";
import { isMain, runStudy, studyArguments } from "../lib/pool.mjs";
import { drawTable, numbersOf } from "./cases.mjs";

/** Bits of each modality; of two of them, `tied`, the second knows less by the distance. */
const designs = {
  "two modalities": { bits: [0.9, 0.9], tied: [0, 1] },
  "three, the best two close": { bits: [1.2, 1.2, 0.1], tied: [0, 1] },
  "three, the weakest two close": { bits: [1.6, 0.8, 0.8], tied: [1, 2] },
};
const distances = [0, 1, 2, 3, 4, 5, 7];

/** Correlation of what modalities are apart from the target. */
const sharedNoise = 0.3;
/** Tables that all are decomposed of; estimates without the flag that a cell ends at, and most tables. */
const first = 300;
const enough = 300;
const most = 15_000;
/** Standard errors within which the flag is raised beyond doubt: of further tables these are not decomposed. */
const surelyTied = 1.2;
const z = 1.959964;

/** Target y and x_k = y + noise, one column each, as rows of loadings on independent normal variables. */
function loadings(bits) {
  const m = bits.length;
  return [
    [1, ...Array(m + 1).fill(0)],
    ...bits.map((b, k) => {
      const noise = 1 / Math.sqrt(2 ** (2 * b) - 1);
      const own = Array.from({ length: m }, (_, j) => (j === k ? noise * Math.sqrt(1 - sharedNoise) : 0));
      return [1, noise * Math.sqrt(sharedNoise), ...own];
    }),
  ];
}

const covarianceOf = (A) => A.map((a) => A.map((b) => a.reduce((sum, w, k) => sum + w * b[k], 0)));

/** The table's loadings: the distance is that many standard errors of the difference, by Gaussian theory. */
function tableOf({ design, rows, distance }) {
  const { bits: all, tied } = designs[design];
  const bits = [...all];
  const layout = { targets: 1, sources: bits.map((_, k) => ({ name: `m${k + 1}`, size: 1 })) };
  let error = 0;
  for (let step = 0; step < 30; step++) {
    const { contrasts } = gaussianPidFromCovariance(covarianceOf(loadings(bits)), layout, rows);
    const names = tied.map((k) => `m${k + 1}`);
    error = contrasts.find(({ modalities }) => modalities.join() === names.join()).standardError;
    bits[tied[1]] = Math.max(0.02, all[tied[0]] - distance * error);
  }
  const A = loadings(bits);
  const found = gaussianPid(covarianceOf(A), layout);
  const kind = { A, targets: 1, dims: bits.map(() => 1), rows };
  const isNear = ({ target, sources }) => {
    const [a, b] = tied.map((k) => unexplained(target.columns[0], sources[k].columns[0]));
    return Math.abs(0.5 * Math.log2(b / a)) < surelyTied * error;
  };
  return { kind, truth: numbersOf(found), isNear };
}

/** 1 - r² of two columns. */
function unexplained(y, x) {
  let [sy, sx, yy, xx, xy] = [0, 0, 0, 0, 0];
  for (let i = 0; i < y.length; i++) {
    sy += y[i];
    sx += x[i];
    yy += y[i] * y[i];
    xx += x[i] * x[i];
    xy += x[i] * y[i];
  }
  const n = y.length;
  return 1 - (xy - (sx * sy) / n) ** 2 / ((yy - (sy * sy) / n) * (xx - (sx * sx) / n));
}

export function runCell(cell) {
  const { kind, truth, isNear } = tableOf(cell);
  const keys = Object.keys(truth);
  const tally = () => Object.fromEntries(keys.map((key) => [key, 0]));
  const [all, clear, plain, widths, plainWidths] = [tally(), tally(), tally(), tally(), tally()];
  let [tables, unflagged] = [0, 0];
  for (; tables < first || (tables < most && unflagged < enough); tables++) {
    const { target, sources } = drawTable(kind, `${JSON.stringify(cell)}/${tables}`);
    if (tables >= first && isNear({ target, sources })) continue;
    const found = gaussianPidFromData(target, sources, { seed: tables + 1 });
    const [values, errors, lower, upper] = [
      found,
      found.standardErrors,
      found.intervals.lower,
      found.intervals.upper,
    ].map(numbersOf);
    const isClear = !found.flags.includes("boundary");
    unflagged += isClear ? 1 : 0;
    for (const key of keys) {
      const holds = (low, high) => (low - 1e-9 <= truth[key] && truth[key] <= high + 1e-9 ? 1 : 0);
      const hit = holds(lower[key], upper[key]);
      if (tables < first) all[key] += hit;
      if (!isClear) continue;
      const [low, high] = [Math.max(0, values[key] - z * errors[key]), values[key] + z * errors[key]];
      clear[key] += hit;
      plain[key] += holds(low, high);
      widths[key] += upper[key] - lower[key];
      plainWidths[key] += high - low;
    }
  }
  const per = (sums, count) =>
    Object.fromEntries(keys.map((key) => [key, count === 0 ? null : Math.round((1e4 * sums[key]) / count) / 1e4]));
  return {
    tables,
    unflagged,
    truth: per(truth, 1),
    covered: per(all, first),
    coveredUnflagged: per(clear, unflagged),
    coveredPlain: per(plain, unflagged),
    width: per(widths, unflagged),
    widthPlain: per(plainWidths, unflagged),
  };
}

if (isMain(import.meta.url)) {
  const { designs: wanted, pool } = studyArguments(import.meta.url, {
    designs: { type: "string", default: "" },
    out: { type: "string", default: fileURLToPath(new URL("near-ties.jsonl", import.meta.url)) },
  });
  const cells = Object.keys(designs)
    .filter((design) => new RegExp(wanted).test(design))
    .flatMap((design) => [100, 300, 1000].flatMap((rows) => distances.map((distance) => ({ design, rows, distance }))));
  await runStudy({ ...pool, cells });
}
