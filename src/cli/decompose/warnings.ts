import type { StreamAccount } from "../../pid/covariance/streaming-covariance.js";
import type { PidEstimate } from "../../pid/estimate/estimate-types.js";
import { heldOutBelow, heldOutCaution } from "../../report/held-out.js";
import { copyCaution, influenceCaution } from "../../report/row-cautions.js";
import type { Decomposition } from "./decomposition.js";
import { fewValuesCaution } from "./few-values.js";

/** Options that let columns and target count by their ranks. */
export const rankOptions = "--transform inverse-normal --transform-modalities";

/**
 * All that a decomposition warns of, sentences without a full stop: a target of few values that is read as a number, held-out rows that show less than all, rows that carry an estimate, rows that repeat others, and
 * numbers that may mean "missing".
 */
export function warningsOf(result: Decomposition): string[] {
  return [...fewValues(result), ...heldOutWarnings(result), ...rowWarnings(result), ...result.warnings];
}

function fewValues({ targets, widths, pooled, account, targetKind }: Decomposition): string[] {
  const rows = account?.rowsUsed ?? pooled.n ?? 0;
  const modalities = Object.keys(widths).length;
  return fewValuesCaution({ targets, modalities, rows, entropy: pooled.targetEntropy, targetKind });
}

function heldOutWarnings({ pooled, check }: Pick<Decomposition, "pooled" | "check">): string[] {
  const heldOut = heldOutBelow(pooled, check !== null && "check" in check ? check.check : undefined);
  return heldOut === undefined ? [] : [heldOutCaution(pooled, heldOut)];
}

function rowWarnings({ pooled, by, groups, account, duplicates }: Decomposition): string[] {
  const remedy = `; ${rankOptions} lets no value weigh that much`;
  const caution = ({ influentialRows, ...estimate }: PidEstimate, where: string) =>
    influentialRows ? [influenceCaution(estimate, influentialRows, { rows: "data row", where, remedy })] : [];
  const copied = duplicates === null ? null : copyCaution(duplicates, account?.rowsUsed ?? duplicates.compared);
  return [
    ...caution(pooled, ""),
    ...Object.entries(groups).flatMap(([name, estimate]) => caution(estimate, ` of ${by} ${name}`)),
    ...(copied === null ? [] : [copied]),
    ...partlyCompared(duplicates, account),
  ];
}

/** Said where a streamed table had more different rows than can be remembered. */
function partlyCompared(duplicates: Decomposition["duplicates"], account: StreamAccount | null): string[] {
  if (duplicates === null || account === null || duplicates.compared >= account.rowsUsed) return [];
  return [
    `rows were compared with one another up to row ${duplicates.compared} of ${account.rowsUsed} used; those that repeat others ` +
      "beyond it were not counted",
  ];
}
