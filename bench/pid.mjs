/* Median time of the exact two-source decomposition of a covariance, everything included (checks, flags, bounds). */

import { Rng } from "pidreg";
import { gaussianPid } from "pidreg/pid";

/** Target milliseconds and number of timed runs per size (dm, dx, dy). */
const sizes = [
  { dm: 1, dx: 2, dy: 2, targetMs: 0.02, runs: 5000 },
  { dm: 1, dx: 64, dy: 64, targetMs: 0.7, runs: 301 },
  { dm: 4, dx: 64, dy: 64, targetMs: 1, runs: 301 },
  { dm: 10, dx: 256, dy: 256, targetMs: 40, runs: 21 },
  { dm: 1, dx: 512, dy: 512, targetMs: 300, runs: 9 },
];

/** A sample covariance of order n from n + 20 seeded standard normal rows. */
function randomCovariance(n) {
  const rng = new Rng(`bench/${n}`);
  const rows = n + 20;
  const columns = Array.from({ length: n }, () => Float64Array.from({ length: rows }, () => rng.normal()));
  return columns.map((a) => Float64Array.from(columns, (b) => a.reduce((sum, v, t) => sum + v * b[t], 0) / rows));
}

function medianMs(work, runs) {
  for (let i = 0; i < Math.max(2, runs / 10); i++) work();
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[runs >> 1];
}

/** Times every size; rows carry the median, the target and whether it was met. */
export function run() {
  const rows = sizes.map(({ dm, dx, dy, targetMs, runs }) => {
    const covariance = randomCovariance(dm + dx + dy);
    const sources = [
      { name: "first", size: dx },
      { name: "second", size: dy },
    ];
    const ms = medianMs(() => gaussianPid(covariance, { targets: dm, sources }), runs);
    return { size: `${dm},${dx},${dy}`, medianMs: Number(ms.toPrecision(4)), targetMs, met: ms <= targetMs, runs };
  });
  const columns = ["size", "medianMs", "targetMs", "met", "runs"];
  return { title: "gaussianPid, two sources (dm,dx,dy)", node: process.version, columns, rows };
}
