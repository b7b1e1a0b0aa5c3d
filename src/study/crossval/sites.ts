import { z } from "zod";
import type { SavedSplit } from "../../data/dataset.js";
import type { AnyMetrics } from "../../evaluation/metrics.js";
import { membersOf } from "../../evaluation/row-groups.js";
import { pickRows } from "../../evaluation/row-values.js";
import { byName, count, type Stored } from "../../files/document.js";
import type { Predictions } from "../../record/predictions.js";
import type { RunFiles } from "../../record/read-run.js";
import type { TaskMetrics } from "../../tasks/measured-task.js";

/** Where rows come from, as study.json keeps it: the place of its site among the names, for each row of the test folds in turn. */
export interface SiteFacts {
  readonly column: string;
  readonly names: readonly string[];
  /** Numbers with blanks between, of the test rows of the first repeat, fold after fold. */
  readonly places: string;
}

/** The facts of rows that have a site. @param siteOf by row id @param folds those of one repeat */
export function siteFacts(
  column: string,
  siteOf: ReadonlyMap<string, string>,
  folds: readonly Pick<SavedSplit, "test">[],
): SiteFacts {
  const ids = folds.flatMap(({ test }) => test);
  const known = new Set(ids.flatMap((id) => siteOf.get(id) ?? []));
  const names = [...known].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const places = new Map(names.map((name, place) => [name, `${place}`]));
  return { column, names, places: ids.map((id) => places.get(siteOf.get(id) ?? "") ?? noSite).join(" ") };
}

/** Site of each row by its id. */
export function sitesById(
  { names, places }: SiteFacts,
  folds: readonly Pick<SavedSplit, "test">[],
): ReadonlyMap<string, string> {
  const each = places.split(" ");
  const ids = folds.flatMap(({ test }) => test);
  return new Map(ids.flatMap((id, i) => (each[i] === noSite ? [] : [[id, names[Number(each[i])]] as const])));
}

/** Place of a row without a site. */
const noSite = "-";

/** Sites with fewer tested rows are not shown one by one: an error of so few says nothing of a site. */
export const fewestSiteRows = 10;
/** Most sites of the results. */
const mostSites = 500;

const anyMetrics = byName(z.number().nullable());

/** Errors by site: metrics of the tested rows of each, all folds together. */
export const sitesSchema = z.object({
  column: z.string().describe("--outer-group; else `data.harmonise.site`; else `data.group`"),
  sites: z.array(
    z.object({
      site: z.string(),
      rows: count.describe("that were tested"),
      targets: byName(
        z.object({
          metrics: anyMetrics,
          calibration: anyMetrics,
          achieved: z.number().min(0).max(1).nullable().describe("share of them inside their prediction interval"),
        }),
      ),
    }),
  ),
  fewer: z
    .object({ sites: count, rows: count })
    .describe(`sites with fewer than ${fewestSiteRows} tested rows, and beyond the ${mostSites} largest: not listed`),
});

export type SitesFound = Stored<typeof sitesSchema>;

/**
 * Errors by site; null where no site has enough rows.
 * @param siteOf by row id; the groups of the runs, `data.group`, if null
 */
export function sitesFound(
  runs: readonly RunFiles[],
  column: string,
  siteOf: ReadonlyMap<string, string> | null,
  repeats: number,
): SitesFound | null {
  const [{ task, metrics }] = runs;
  const parts = runs.map(({ test }) => membersOf(sitesOfRows(test, siteOf)));
  const rows = new Map<string, number>();
  for (const members of parts) {
    for (const [site, own] of members) rows.set(site, (rows.get(site) ?? 0) + own.length / repeats);
  }
  const large = [...rows].filter(([, n]) => n >= fewestSiteRows).sort((a, b) => b[1] - a[1]);
  if (large.length === 0) return null;
  const kept = large.slice(0, mostSites).map(([site]) => site);
  const listed = kept.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const others = [...rows].filter(([site]) => !kept.includes(site));
  return {
    column,
    sites: listed.map((site) => {
      const chosen = parts.map((members) => members.get(site) ?? []);
      const own = (target: string) => siteTarget(runs, chosen, target, task.metrics);
      return {
        ...{ site, rows: Math.round(rows.get(site) ?? 0) },
        targets: Object.fromEntries(metrics.targets.map((target) => [target, own(target)])),
      };
    }),
    fewer: { sites: others.length, rows: Math.round(others.reduce((sum, [, n]) => sum + n, 0)) },
  };
}

function sitesOfRows({ ids, groups }: Predictions, siteOf: ReadonlyMap<string, string> | null): (string | null)[] {
  if (siteOf === null) return groups === null ? ids.map(() => null) : [...groups];
  return ids.map((id) => siteOf.get(id) ?? null);
}

/** @param chosen per run places of the rows of a site among its test rows */
function siteTarget(
  runs: readonly RunFiles[],
  chosen: readonly (readonly number[])[],
  target: string,
  { evaluate, calibration }: TaskMetrics,
): SitesFound["sites"][number]["targets"][string] {
  const rows = runs.flatMap(({ test }, r) => {
    const values = test.targets.get(target);
    if (values === undefined || chosen[r].length === 0) return [];
    const pick = (all: Float64Array) => pickRows(all, test.ids.length, chosen[r]);
    const { truth, prediction, interval } = values;
    const ends = interval === undefined ? null : { lower: pick(interval.lower), upper: pick(interval.upper) };
    return [{ truth: pick(truth), prediction: pick(prediction), ends }];
  });
  const joined = (of: (row: (typeof rows)[number]) => Float64Array) =>
    Float64Array.from(rows.flatMap((row) => Array.from(of(row))));
  const [truth, prediction] = [joined((row) => row.truth), joined((row) => row.prediction)];
  const metrics: AnyMetrics = evaluate([target], truth, prediction).perTarget[target];
  return { metrics, calibration: calibration.measure(truth, prediction), achieved: heldShare(rows) };
}

/** Ends that are not there bound nothing. */
function heldShare(
  rows: readonly {
    readonly truth: Float64Array;
    readonly ends: { readonly lower: Float64Array; readonly upper: Float64Array } | null;
  }[],
): number | null {
  let held = 0;
  let all = 0;
  for (const { truth, ends } of rows) {
    if (ends === null) return null;
    truth.forEach((value, i) => {
      held += Number(!(value < ends.lower[i]) && !(value > ends.upper[i]));
    });
    all += truth.length;
  }
  return held / all;
}
