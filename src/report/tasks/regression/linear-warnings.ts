import { z95 } from "../../../math/descriptive.js";
import type { RunWarning } from "../../../record/run-schemas.js";
import { storedRegressionMetrics } from "../../../tasks/regression/metrics.js";
import { type Sentence, said } from "../../sentence.js";
import { formatNumber, formatPortion } from "../../text.js";
import type { WarnedRun } from "../../warned-run.js";

/**
 * Share of the variance of one target that the best of all linear models explains, and the total of all modalities in
 * bits, about all targets: they tell no less about all targets than about any one.
 */
export interface ExplainedFacts {
  readonly target: string;
  readonly name: string;
  readonly called: string;
  readonly r2: number;
  readonly bits: number;
  readonly total: number;
  readonly upper: number;
  /** Targets of the run. */
  readonly targets: number;
}

/** Whether a linear model shows information that the atoms do not hold. */
export const linearWarningSentences: readonly Sentence<ExplainedFacts, RunWarning>[] = [
  {
    id: "less-than-linear",
    when: ({ upper, bits }) => upper + 0.05 < bits,
    say: ({ target, name, called, r2, bits, total, targets }) => ({
      code: `less-than-${name}`,
      text:
        `${called} explains ${formatPortion(r2)} of the variance of ${target} on the test rows, ` +
        `${formatNumber(bits)} bits for a Gaussian target; the atoms${targets > 1 ? ", about all targets together," : ""} add up to ${formatNumber(total)}, ` +
        "so they miss information that is there",
    }),
  },
];

/** What the explained variance of one target warns of. */
export function linearWarnings(run: WarnedRun, target: string): RunWarning[] {
  const facts = explainedFacts(run, target);
  return facts === null ? [] : said(linearWarningSentences, facts);
}

function explainedFacts({ task, metrics, pid }: WarnedRun, target: string): ExplainedFacts | null {
  const { name, called } = task.baselines.linear;
  const { baselines, targets } = metrics;
  const shares = Object.entries(baselines)
    .filter(([model]) => model === name || model.startsWith(`${name}.`))
    .flatMap(([, parts]) => storedRegressionMetrics.parse(parts.test.perTarget[target]).r2 ?? []);
  const { total } = pid.information;
  if (shares.length === 0 || total === null || !Number.isFinite(total)) return null;
  const r2 = Math.max(...shares);
  if (!(r2 > 0) || r2 >= 1) return null;
  const upper = pid.intervals?.upper.information.total ?? total + z95 * (pid.standardErrors?.information.total ?? 0);
  return { target, name, called, r2, bits: -0.5 * Math.log2(1 - r2), total, upper, targets: targets.length };
}
