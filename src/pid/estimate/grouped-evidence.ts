import { RunError } from "../../errors.js";
import type { PidLayout } from "../closed-form/gaussian-pid.js";
import type { Gradient } from "../closed-form/gradients.js";
import { eliminateSources } from "../closed-form/system.js";
import { standardise } from "../covariance/covariance.js";
import { covarianceOf, type Moments } from "../covariance/moments.js";
import { errorSets, fullSet, leaveOneOutSets, type ModalitySet } from "../multi/modality-sets.js";
import type { PidMeasure } from "../types.js";
import type { SampleCorrection } from "./correction.js";
import { rowsWorth } from "./effective-rows.js";
import { flatEstimate } from "./estimate-parts.js";
import { type ErrorEvidence, fittedInflation } from "./evidence.js";
import type { WithoutGroup } from "./few-group-errors.js";
import { type GroupTotals, sizesOf } from "./gathered-groups.js";
import { GroupGains } from "./group-gains.js";
import type { SampleSystem } from "./in-sample.js";
import { featureWeights, squaresAt } from "./residual-features.js";
import { errorLevel, errorOfSums, singleGroup, widening } from "./row-groups.js";

/** Rows of groups that depend on one another, known by sums alone. */
export interface DependentRows {
  /** Groups with their rows, in the order of the table. */
  readonly labels: ReadonlyMap<string, number>;
  readonly totals: GroupTotals;
}

/** What an estimate from a covariance is told of groups of rows. */
export interface GroupedEvidence {
  readonly evidence: ErrorEvidence;
  /** Independent rows that the rows are worth to a set of modalities. */
  readonly rowsOf: (set: ModalitySet) => number;
  readonly without: (measure: PidMeasure, correction: SampleCorrection) => WithoutGroup;
}

/**
 * Errors by groups of rows, and what the rows are worth, as the table in memory has them (`rowEvidence`, `effectiveRows`),
 * from sums. Null where every row is a group of its own.
 * @param moments of all rows
 * @throws InputError for a single group
 */
export function groupedEvidence(
  { labels, totals }: DependentRows,
  moments: Moments,
  fitted: SampleSystem,
  layout: PidLayout,
): GroupedEvidence | null {
  const groups = sizesOf(labels);
  if (groups.count === moments.n) return null;
  if (groups.count === 1) throw singleGroup(moments.n, [...labels.keys()][0]);
  const { totalRank, n } = fitted.system;
  const rowsOf = worthOf(totals, moments, fitted);
  const inflation = fittedInflation(rowsOf(fullSet(layout.sources.length)), totalRank);
  const independent = influenceOfGroups({ labels, totals }, moments.n, layout.sources.length, n);
  const widened = inflation * widening(groups, errorLevel);
  return {
    evidence: {
      ...{ influence: null, independent, source: "rows", groups, inflation },
      standardError: (gradient) => widened * errorOfSums(independent(gradient), moments.n),
    },
    rowsOf,
    without: (measure, correction) => (group) => {
      const rest = group === null ? moments : momentsWithout(moments, totals, [...labels.keys()][group]);
      const standard = standardise(covarianceOf(rest), layout.targets, layout.sources);
      const system = eliminateSources(standard, leaveOneOutSets(layout.sources.length));
      return flatEstimate(system, measure, correction, 2).values;
    },
  };
}

/** Sums over each group of the centred influence of its rows: w' (F_g - rows_g Σ F / rows), in the order of the labels. */
function influenceOfGroups({ labels, totals }: DependentRows, rows: number, modalities: number, n: number) {
  const weights = featureWeights(modalities, n);
  const sums = [...labels.keys()].map((label) => totals.sums.get(label));
  const mean = sumsOfFeatures(totals).map((sum) => sum / rows);
  return (gradient: Gradient) => {
    const w = weights(gradient);
    return Float64Array.from(sums, (sum) => {
      let total = 0;
      if (sum !== undefined) for (let f = 0; f < w.length; f++) total += w[f] * (sum.features[f] - sum.rows * mean[f]);
      return total;
    });
  };
}

function sumsOfFeatures({ sums }: GroupTotals): Float64Array {
  const [first] = sums.values();
  const total = new Float64Array(first?.features.length ?? 0);
  for (const { features } of sums.values()) for (let f = 0; f < total.length; f++) total[f] += features[f];
  return total;
}

/** To sets without columns, and to those that the errors do not need, the fewest of the others. */
function worthOf(totals: GroupTotals, { n: rows }: Moments, fitted: SampleSystem): (set: ModalitySet) => number {
  const { standard, system, predictions } = fitted;
  const gains = new GroupGains(fitted, rows);
  const grouped = totals.gains.slice();
  for (const group of totals.open.values()) {
    const own = gains.ofGroup(group);
    for (let i = 0; i < own.length; i++) grouped[i] += own[i];
  }
  const squares = sumsOfFeatures(totals);
  const sets = errorSets(standard.sources.length);
  const perSet = squares.length / sets.length;
  const known = new Map<ModalitySet, number>();
  for (const [s, set] of sets.entries()) {
    if ((predictions.get(set)?.pivots.length ?? 0) === 0) continue;
    const sums = { grouped: 0, single: 0, left: 0, rows };
    for (const [j, at] of squaresAt(system.n).entries()) {
      const square = squares[s * perSet + at];
      if (!(square > 0)) continue;
      sums.grouped += grouped[s * system.n + j] / square;
      sums.single += totals.single[s * system.n + j] / square;
      sums.left++;
    }
    known.set(set, rowsWorth(sums));
  }
  const fewest = Math.min(rows, ...known.values());
  return (set) => known.get(set) ?? fewest;
}

/** Moments of all rows but those of a group: Σ (x - m)(x - m)' of the others, less what their own mean takes off. */
function momentsWithout(moments: Moments, { open, kept }: GroupTotals, label: string): Moments {
  const group = kept.get(label) ?? open.get(label);
  if (group === undefined) throw new RunError(`the rows of the group "${label}" are not known`);
  const n = moments.n - group.rows;
  const shift = group.sum.map((sum) => -sum / n);
  const products = group.productsOfRows();
  const columns = shift.length;
  const comoment = moments.comoment.map(
    (value, at) => value - products[at] - n * shift[Math.floor(at / columns)] * shift[at % columns],
  );
  return { n, mean: moments.mean.map((m, j) => m + shift[j]), comoment };
}
