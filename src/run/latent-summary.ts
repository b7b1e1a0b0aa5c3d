import { type NormalityTest, normalityRows, shapiroFranciaTest } from "../evaluation/normality.js";
import { mean, median, quantile, quantileOfSorted, sorted, standardDeviation } from "../math/descriptive.js";
import { normalCdf } from "../math/special.js";
import { whiteningFromRows } from "../math/whitening.js";
import type { LatentSummary } from "../record/run-schemas.js";

type ModalityLatent = LatentSummary["modalities"][string];
/** One point of a QQ plot; low, median and high are the 5 %, 50 % and 95 % point over the coordinates. */
type QuantilePoint = ModalityLatent["quantiles"][number];

/** Rows per dimension below which a covariance says nothing about radii. */
const rowsPerDimension = 5;
/** Keeps the covariance invertible where coordinates repeat each other; relative, too small to be seen in a radius. */
const shrinkage = 1e-3;

/**
 * Summarises the latents of one part.
 * @param latents row-major [rows, M * d], the modalities side by side
 */
export function latentSummary(latents: Float32Array, rows: number, modalities: readonly string[]): LatentSummary {
  const width = latents.length / rows;
  const d = width / modalities.length;
  const step = Math.ceil(rows / normalityRows.most);
  const used = Math.ceil(rows / step);
  const coordinate = (j: number) => Float64Array.from({ length: used }, (_, i) => latents[i * step * width + j]);
  const summaries = modalities.map((name, m) => {
    const columns = Array.from({ length: d }, (_, j) => coordinate(m * d + j));
    return [name, modalityLatent(columns)] as const;
  });
  return { part: "validation", rows: used, modalities: Object.fromEntries(summaries) };
}

function modalityLatent(columns: readonly Float64Array[]): ModalityLatent {
  const varying = columns.flatMap((column) => standardised(column) ?? []);
  const tests = varying.flatMap((column) => shapiroFranciaTest(column) ?? []);
  return {
    dimensions: columns.length,
    constant: columns.length - varying.length,
    w: tests.map(({ w }) => w),
    departing: tests.filter(({ pValue }) => pValue < 0.05).length,
    quantiles: quantilePoints(varying.map(sorted)),
    radius: radiusTest(varying),
  };
}

function standardised(column: Float64Array): Float64Array | null {
  const centre = mean(column);
  const deviation = standardDeviation(column);
  return deviation > 0 ? column.map((value) => (value - centre) / deviation) : null;
}

/** Normal quantiles from -3 to 3, as far as the rows reach. */
function quantilePoints(ascending: readonly Float64Array[]): QuantilePoint[] {
  if (ascending.length === 0) return [];
  const rows = ascending[0].length;
  const grid = Array.from({ length: 41 }, (_, k) => -3 + 0.15 * k);
  return grid.flatMap((normal) => {
    const p = normalCdf(normal);
    if (Math.min(p, 1 - p) * rows < 0.5) return [];
    const at = ascending.map((column) => quantileOfSorted(column, p));
    return [{ normal, low: quantile(at, 0.05), median: median(at), high: quantile(at, 0.95) }];
  });
}

/**
 * Test of the radius r of the whitened coordinates: for jointly normal ones r^2 is nearly chi-squared with d degrees of
 * freedom, and its cube root nearly normal (Wilson & Hilferty 1931).
 */
function radiusTest(columns: readonly Float64Array[]): NormalityTest | null {
  const d = columns.length;
  const rows = columns[0]?.length ?? 0;
  if (d < 2 || rows < rowsPerDimension * d) return null;
  const table = Float64Array.from({ length: rows * d }, (_, k) => columns[k % d][Math.floor(k / d)]);
  const { whitening } = whiteningFromRows(table, rows, d, shrinkage);
  const roots = Float64Array.from({ length: rows }, (_, i) => {
    const row = table.subarray(i * d, (i + 1) * d);
    return Math.cbrt(squaredRadius(row, whitening));
  });
  return shapiroFranciaTest(roots);
}

/** |row U|^2 for the upper triangular U [d, d]. */
function squaredRadius(row: Float64Array, whitening: Float64Array): number {
  const d = row.length;
  let total = 0;
  for (let j = 0; j < d; j++) {
    let entry = 0;
    for (let k = 0; k <= j; k++) entry += row[k] * whitening[k * d + j];
    total += entry ** 2;
  }
  return total;
}
