import { Rng } from "../../src/math/rng.js";

/** A made table of several sites: see `siteTable`. */
export interface SiteTable {
  readonly site: readonly string[];
  /** Years. */
  readonly age: Float64Array;
  /** Three modalities of three columns each, row-major [rows, 3]. */
  readonly modalities: Readonly<Record<"mri" | "pet" | "eeg", Float64Array>>;
}

/** Rows of the sites, 900 together. */
export const siteSizes = [180, 120, 96, 80, 66, 56, 48, 42, 36, 32, 28, 24, 20, 18, 14, 12, 10, 7, 6, 5];

/**
 * 900 people of 20 sites of very different size (5 to 180) and age: site means from 10 to 40 years, standard deviations
 * within from 1 to 10, in an order that has nothing to do with size. Every modality knows part of the age.
 * @param seed of ages and features; sizes are always the same
 */
export function siteTable(seed: number | string): SiteTable {
  const rng = new Rng(seed).split("sites");
  const sites = siteSizes.length;
  const means = Array.from(rng.permutation(sites), (k) => 10 + (30 * k) / (sites - 1));
  const sds = Array.from(rng.permutation(sites), (k) => 1 + (9 * k) / (sites - 1));
  const site = siteSizes.flatMap((size, s) => new Array<string>(size).fill(`site${s + 1}`));
  const age = Float64Array.from(site, (name) => {
    const s = Number(name.slice(4)) - 1;
    return Math.max(3, means[s] + sds[s] * rng.normal());
  });
  const modality = (noise: number) =>
    Float64Array.from({ length: site.length * 3 }, (_, i) => age[Math.floor(i / 3)] / 10 + noise * rng.normal());
  return { site, age, modalities: { mri: modality(1), pet: modality(2), eeg: modality(3) } };
}

/** The table as CSV: id, site, age, mri_1 .. eeg_3. */
export function siteCsv({ site, age, modalities }: SiteTable): string {
  const columns = Object.keys(modalities).flatMap((name) => [1, 2, 3].map((k) => `${name}_${k}`));
  const lines = site.map((name, i) => {
    const features = Object.values(modalities).flatMap((values) => [...values.subarray(3 * i, 3 * i + 3)]);
    return [`p${i + 1}`, name, age[i].toFixed(2), ...features.map((value) => value.toFixed(4))].join(",");
  });
  return `${["id", "site", "age", ...columns].join(",")}\n${lines.join("\n")}\n`;
}
