import type { Difference } from "../evaluation/baseline-differences.js";
import type { Part } from "../evaluation/metrics.js";
import { z95 } from "../math/descriptive.js";
import type { MetricsFile, RunWarning } from "../record/run-schemas.js";
import { flagWarnings, isFlag } from "./flag-warnings.js";
import { foundNothing, informationCaution, type RunDecomposition } from "./information-found.js";
import { type Sentence, said } from "./sentence.js";
import { formatNumber, formatPortion } from "./text.js";

/** metrics.json, as far as there is something to warn of. */
interface WarnedMetrics {
  readonly targets: readonly string[];
  readonly test: Part;
  readonly baselines: Readonly<Record<string, { readonly test: Part }>>;
  readonly differences?: Readonly<Record<string, Readonly<Record<string, Difference>>>> | undefined;
  readonly ensemble?: { readonly members: number } | undefined;
}

/** What a run found, as far as there is something to warn of. */
export interface WarnedRun {
  readonly metrics: WarnedMetrics;
  readonly pid: RunDecomposition & {
    readonly stage1?: { readonly converged: boolean; readonly informative?: boolean | undefined } | undefined;
  };
}

/**
 * The warnings of a run, made here once: metrics.json keeps them, and terminal, JSON and report read them there.
 * @param noted what came up while the table was read and the run evaluated
 */
export function runWarnings(run: WarnedRun, noted: readonly RunWarning[]): RunWarning[] {
  const errors = run.metrics.targets.flatMap((target) => said(errorWarnings, errorFacts(run, target)));
  return [...said(informationWarnings, run), ...flagWarnings(run.pid), ...errors, ...noted];
}

/** The warnings of a finished run; of one that did not keep them, those that its files tell of. */
export function warningsOf(
  run: WarnedRun & { readonly metrics: Pick<MetricsFile, "warnings" | "notes"> },
): readonly RunWarning[] {
  const { warnings, notes = [] } = run.metrics;
  return (
    warnings ??
    runWarnings(
      run,
      notes.map((text) => ({ code: "note", text })),
    )
  );
}

/** A code as a reader sees it: "not-converged" as "not converged"; flags keep the name that they have everywhere. */
export function codeWords(code: string): string {
  return code === "no-information" || isFlag(code) ? code : code.replaceAll("-", " ");
}

type Warns<Facts> = Sentence<Facts, RunWarning>;

/** Whether there is information, and whether training had settled on it. */
export const informationWarnings: readonly Warns<WarnedRun>[] = [
  {
    id: "no-information",
    when: ({ pid }) => informationCaution(pid) !== null,
    say: ({ pid }) => ({ code: "no-information", text: informationCaution(pid) ?? "" }),
  },
  {
    id: "not-converged",
    // Where nothing was found there is nothing that more epochs would settle.
    when: ({ pid }) =>
      pid.stage1 !== undefined && !pid.stage1.converged && pid.stage1.informative !== false && !foundNothing(pid),
    say: ({ metrics }) => ({
      code: "not-converged",
      text:
        "the atoms had not settled when stage 1 reached its last epoch" +
        ((metrics.ensemble?.members ?? 1) > 1 ? " in at least one member" : ""),
    }),
  },
];

/** The test error of one target beside those of ridge regression and of the training mean; unit of the target. */
export interface ErrorFacts {
  readonly target: string;
  readonly own: number;
  /** Undefined where the run has no such baseline. */
  readonly ridge: Beside | undefined;
  readonly mean: Beside | undefined;
  /** Share of the variance that the better of all ridge regressions explains, and the total of all modalities in bits. */
  readonly linear: {
    readonly r2: number;
    readonly bits: number;
    readonly total: number;
    readonly upper: number;
  } | null;
}

/** A baseline: its RMSE, and RMSE of the model minus it where that is known with an interval. */
export interface Beside {
  readonly rmse: number;
  readonly difference: Difference | undefined;
}

function errorFacts({ metrics, pid }: WarnedRun, target: string): ErrorFacts {
  const { targets, test, baselines, differences } = metrics;
  const beside = (name: string): Beside | undefined =>
    baselines[name] === undefined
      ? undefined
      : { rmse: baselines[name].test.perTarget[target].rmse, difference: differences?.[target]?.[name] };
  return {
    ...{ target, own: test.perTarget[target].rmse, ridge: beside("ridge"), mean: beside("mean") },
    linear: targets.length > 1 ? null : linearFacts(baselines, pid, target),
  };
}

function linearFacts(baselines: WarnedMetrics["baselines"], pid: WarnedRun["pid"], target: string) {
  const shares = Object.entries(baselines)
    .filter(([name]) => name === "ridge" || name.startsWith("ridge."))
    .flatMap(([, parts]) => parts.test.perTarget[target].r2 ?? []);
  const { total } = pid.information;
  if (shares.length === 0 || total === null || !Number.isFinite(total)) return null;
  const r2 = Math.max(...shares);
  if (!(r2 > 0) || r2 >= 1) return null;
  const upper = pid.intervals?.upper.information.total ?? total + z95 * (pid.standardErrors?.information.total ?? 0);
  return { r2, bits: -0.5 * Math.log2(1 - r2), total, upper };
}

/** Whether the baseline was shown to be better; where there is no interval, whether it came out better. */
const loses = (own: number, { rmse, difference }: Beside) =>
  difference === undefined ? own > rmse : difference.low > 0;
const wins = (own: number, { rmse, difference }: Beside) =>
  difference === undefined ? own < rmse : difference.high < 0;

function inNumbers(own: number, { rmse, difference }: Beside): string {
  const numbers = `RMSE ${formatNumber(own)} against ${formatNumber(rmse)}`;
  if (difference === undefined) return numbers;
  const { value, low, high } = difference;
  return `${numbers}; difference ${formatNumber(value)}, 95 % interval ${formatNumber(low)} to ${formatNumber(high)}`;
}

/** Ridge is advice only where it predicts better than the training mean itself. */
const isAdvice = ({ ridge, mean }: ErrorFacts) => ridge !== undefined && (mean === undefined || ridge.rmse < mean.rmse);

function errorWarning(
  id: string,
  beside: "ridge" | "mean",
  when: (facts: ErrorFacts, baseline: Beside) => boolean,
  text: (target: string, numbers: string) => string,
): Warns<ErrorFacts> {
  return {
    id,
    when: (facts) => facts[beside] !== undefined && when(facts, facts[beside]),
    say: (facts) => ({
      code: id.split("/")[0],
      text: text(facts.target, inNumbers(facts.own, facts[beside] as Beside)),
    }),
  };
}

/** How the test error of one target stands beside what needs no network. */
export const errorWarnings: readonly Warns<ErrorFacts>[] = [
  errorWarning(
    "not-better-than-mean/worse",
    "mean",
    ({ own }, mean) => loses(own, mean),
    (target, numbers) => `the training mean predicts ${target} better on the test rows (${numbers})`,
  ),
  errorWarning(
    "not-better-than-mean/open",
    "mean",
    ({ own }, mean) => !loses(own, mean) && !wins(own, mean),
    (target, numbers) => `the test rows cannot tell the prediction of ${target} from the training mean (${numbers})`,
  ),
  errorWarning(
    "not-better-than-ridge/worse",
    "ridge",
    (facts, ridge) => isAdvice(facts) && loses(facts.own, ridge),
    (target, numbers) =>
      `ridge regression predicts ${target} better on the test rows (${numbers}): use it to predict, and read the atoms as ` +
      "those of a model that predicts worse than a linear one",
  ),
  errorWarning(
    "not-better-than-ridge/open",
    "ridge",
    (facts, ridge) => isAdvice(facts) && !loses(facts.own, ridge) && !wins(facts.own, ridge),
    (target, numbers) =>
      `the test rows cannot tell the prediction of ${target} from that of ridge regression, the simpler model (${numbers})`,
  ),
  {
    id: "less-than-ridge",
    when: ({ linear }) => linear !== null && linear.upper + 0.05 < linear.bits,
    say: ({ target, linear }) => ({
      code: "less-than-ridge",
      text:
        `ridge regression explains ${formatPortion(linear?.r2 ?? 0)} of the variance of ${target} on the test rows, ` +
        `${formatNumber(linear?.bits ?? 0)} bits for a Gaussian target; the atoms add up to ${formatNumber(linear?.total ?? 0)}, ` +
        "so they miss information that is there",
    }),
  },
];
