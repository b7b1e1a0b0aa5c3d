import { afterLosses } from "../../data/account.js";
import { covarianceOf, type Moments } from "../../pid/covariance/moments.js";
import type { Labels } from "../../pid/covariance/shard-moments.js";
import { cappedAtEntropy } from "../../pid/estimate/entropy-cap.js";
import type { PidEstimate } from "../../pid/estimate/estimate-types.js";
import { estimateFromCovariance, plugInEstimate, type RowErrors } from "../../pid/estimate/pid-from-covariance.js";
import { largeLosses } from "./account-text.js";
import type { Decomposition } from "./decomposition.js";
import type { Products, RowSums } from "./errors-file.js";
import { type DecomposeArguments, gaussianMeasure } from "./options.js";
import type { StageProgress } from "./progress.js";
import { eachGroup, widthsOf } from "./rows.js";
import type { MomentsTable } from "./table.js";

/** What is found of a target that is read as a number. */
export type Measured = Omit<Decomposition, "targetKind">;

/** What a decomposition needs of a table that was reduced to co-moments. */
export type MomentsToDecompose = Pick<MomentsTable, "layout" | "streamed" | "groupNames" | "entropy" | "warnings">;

/** Said of a table that was reduced to its covariance while it was read. */
const rowsNotKept = "rows were not kept, so whether few of them carry the estimate was not looked at";

function withNote(estimate: PidEstimate, note: string): PidEstimate {
  return { ...estimate, notes: [...estimate.notes, note] };
}

/**
 * Decomposes co-moments: of all rows, and of every group.
 * @param products of residuals, by group, for errors from the rows; null for those of normal rows
 * @param labels   of rows that depend on one another, by group
 */
export async function decomposeMoments(
  args: DecomposeArguments,
  table: MomentsToDecompose,
  progress: StageProgress,
  products: Products | null = null,
  labels: ReadonlyMap<string | null, Labels | null> = new Map(),
): Promise<Measured> {
  const { layout, streamed, groupNames, entropy } = table;
  const sources = layout.modalities.map((m) => ({ name: m.name, size: m.columns.length }));
  const estimate = (moments: Moments, group: string | null) => {
    const covariance = covarianceOf(moments);
    const pidLayout = { targets: layout.targets.length, sources };
    const { level, seed } = args;
    const measure = gaussianMeasure(args.measure);
    return args.estimator === "plug-in"
      ? plugInEstimate(covariance, pidLayout, { measure, n: moments.n })
      : estimateFromCovariance(
          covariance,
          pidLayout,
          moments.n,
          { measure, level, seed },
          rowErrors(moments, products?.get(group), labels.get(group)),
        );
  };
  const { groups, skipped } = await eachGroup(streamed.byGroup.length > 0 ? groupNames : [], progress, (g) =>
    cappedAtEntropy(estimate(streamed.byGroup[g], groupNames[g]), entropy(g)),
  );
  return {
    targets: layout.targets,
    widths: widthsOf(layout),
    pooled: afterLosses(
      () => largeLosses(streamed.account),
      () =>
        withNote(
          cappedAtEntropy(estimate(streamed.pooled, null), entropy(null)),
          products === null ? `${rowsNotKept}, and errors are those of normal rows.` : `${rowsNotKept}.`,
        ),
    ),
    by: layout.by ?? null,
    groups,
    skipped,
    account: streamed.account,
    streamed: true,
    local: null,
    duplicates: { ...streamed.copies, examples: [] },
    warnings: table.warnings,
    check: args.check === false ? null : { leftOut: "rows were not kept" },
  };
}

function rowErrors(moments: Moments, sums: RowSums | undefined, labels: Labels | null | undefined): RowErrors | null {
  if (sums === undefined) return null;
  const { features, groups } = sums;
  return { moments, features, dependent: groups && labels ? { labels, totals: groups } : null };
}
