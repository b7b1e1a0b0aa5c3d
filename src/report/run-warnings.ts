import { headlineOf } from "../evaluation/headline.js";
import type { Part } from "../evaluation/metrics.js";
import { nearestInTime } from "../models/baselines/nearest-in-time.js";
import { mostClasses } from "../pid/estimate/target-entropy.js";
import type { MetricsFile, RunWarning } from "../record/run-schemas.js";
import { measuredClasses } from "../tasks/classes/measured-classes.js";
import { type Stage1End, settlingOf } from "../training/phases/stage1-end.js";
import { type Beside, inNumbers, loses, wins } from "./baseline-beside.js";
import { flagWarnings, isFlag } from "./flag-warnings.js";
import { foundNothing, informationCaution } from "./information-found.js";
import { type NearestFacts, nearestWarnings } from "./nearest-warnings.js";
import { type Sentence, said } from "./sentence.js";
import { endReason, moreTime, toJudge, whyTooFew } from "./stage1-words.js";
import { reportOf } from "./tasks/task-reports.js";
import { joinWords, plural } from "./text.js";
import type { WarnedRun } from "./warned-run.js";

/**
 * The warnings of a run, made here once: metrics.json keeps them, and terminal, JSON and report read them there.
 * @param noted what came up while the table was read and the run evaluated
 */
export function runWarnings(run: WarnedRun, noted: readonly RunWarning[]): RunWarning[] {
  const report = reportOf(run.task);
  const errors = run.metrics.targets.flatMap((target) => [
    ...said(errorWarnings, errorFacts(run, target)),
    ...report.warnings(run, target),
  ]);
  const inTime = run.metrics.targets.flatMap((target) =>
    nearestFacts(run, target).flatMap((f) => said(nearestWarnings, f)),
  );
  return [...said(informationWarnings, run), ...flagWarnings(run.pid), ...errors, ...inTime, ...noted];
}

/** What the nearest training rows in time tell of a target; nothing where rows have no order. */
function nearestFacts({ task, metrics, order }: WarnedRun, target: string): NearestFacts[] {
  const { test, baselines, differences } = metrics;
  const { name, called } = nearestInTime;
  if (order === undefined || baselines[name] === undefined) return [];
  const { headline } = task.metrics;
  const errorOf = (part: Part) => headlineOf(part.perTarget[target], headline);
  const nearest = { name, called, error: errorOf(baselines[name].test), difference: differences?.[target]?.[name] };
  const constant = baselines[task.baselines.constant.name];
  const tells = constant === undefined || nearest.error < errorOf(constant.test);
  const { linear: simple } = task.baselines;
  const linear = baselines[simple.name] && { called: simple.called, error: errorOf(baselines[simple.name].test) };
  return [{ target, error: headline.name, own: errorOf(test), nearest, tells, linear, ...order }];
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

/** Code of a stage 1 that was too short to see atoms settle. */
export const notJudgedCode = "convergence-not-judged";

type Warns<Facts> = Sentence<Facts, RunWarning>;

/** Whether there is information, and whether training had settled on it. */
export const informationWarnings: readonly Warns<WarnedRun>[] = [
  {
    id: "no-information",
    when: ({ pid, task }) => informationCaution(pid, isOfClasses(task)) !== null,
    say: ({ pid, task }) => ({ code: "no-information", text: informationCaution(pid, isOfClasses(task)) ?? "" }),
  },
  {
    id: "few-target-values",
    when: ({ pid }) => pid.targetEntropy !== undefined && pid.targetEntropy.values <= mostClasses,
    say: ({ pid, metrics }) => ({
      code: "few-target-values",
      text:
        `${joinWords(metrics.targets)} ${metrics.targets.length === 1 ? "takes" : "take"} ${plural(pid.targetEntropy?.values ?? 0, "different value", "different values")}` +
        ` (entropy ${(pid.targetEntropy?.bits ?? 0).toFixed(2)} bits), but training reads numbers, and a Gaussian reading of so few values ` +
        "neither bounds nor matches their information; pidreg decompose reads them as classes, and its numbers are the ones that hold" +
        (metrics.targets.length === 1
          ? `. Where they name classes, train on classes: ${asClasses(metrics.targets[0])}`
          : ""),
    }),
  },
  {
    id: "not-converged",
    when: (run) => atomsAtEnd(run) === "moving",
    say: (run) => ({
      code: "not-converged",
      text: sentence(`the atoms had not settled when stage 1 ended${some(run)}`, run),
    }),
  },
  {
    id: notJudgedCode,
    when: (run) => atomsAtEnd(run) === "unjudged",
    say: (run) => ({
      code: notJudgedCode,
      text: `stage 1 was too short to judge whether the atoms had settled${every(run)}: ${whyTooFew(endOf(run))}; ${toJudge(endOf(run))} tell`,
    }),
  },
];

const isOfClasses = ({ name }: WarnedRun["task"]) => name === measuredClasses.name;

const endOf = ({ pid }: WarnedRun): Stage1End => pid.stage1 ?? { converged: true };

/** What is known of the atoms at the end of stage 1; where nothing was found there is nothing that more epochs would settle. */
function atomsAtEnd({ pid }: WarnedRun) {
  return pid.stage1 === undefined || pid.stage1.informative === false || foundNothing(pid)
    ? "settled"
    : settlingOf(pid.stage1);
}

const hasMembers = ({ metrics }: WarnedRun) => (metrics.ensemble?.members ?? 1) > 1;
const some = (run: WarnedRun) => (hasMembers(run) ? " in at least one member" : "");
const every = (run: WarnedRun) => (hasMembers(run) ? " in every member" : "");

/** What was seen, why stage 1 ended, and what would help; of runs that do not say why, only the first. */
function sentence(seen: string, run: WarnedRun): string {
  const reason = endReason(endOf(run));
  const time = reason === undefined ? "" : moreTime(endOf(run));
  return `${seen}${reason === undefined ? "" : `, ${reason}`}${time === "" ? "" : `; ${time}`}`;
}

/** The key of the config that reads a column of numbers as classes. */
const asClasses = (column: string) => `data.target: { column: ${JSON.stringify(column)}, kind: class }`;

/** The test error of one target beside those of the baselines of its task. */
export interface ErrorFacts {
  readonly target: string;
  /** Name of the error of the task. */
  readonly error: string;
  readonly own: number;
  /** Undefined where the run has no such baseline. */
  readonly linear: Beside | undefined;
  readonly constant: Beside | undefined;
}

function errorFacts({ task, metrics }: WarnedRun, target: string): ErrorFacts {
  const { test, baselines, differences } = metrics;
  const { constant, linear } = task.baselines;
  const { headline } = task.metrics;
  const errorOf = (part: Part) => headlineOf(part.perTarget[target], headline);
  const beside = ({ name, called }: Pick<Beside, "name" | "called">): Beside | undefined =>
    baselines[name] === undefined
      ? undefined
      : { name, called, error: errorOf(baselines[name].test), difference: differences?.[target]?.[name] };
  return { target, error: headline.name, own: errorOf(test), linear: beside(linear), constant: beside(constant) };
}

/** The linear model is advice only where it predicts better than what needs no features. */
const isAdvice = ({ linear, constant }: ErrorFacts) =>
  linear !== undefined && (constant === undefined || linear.error < constant.error);

function errorWarning(
  id: string,
  beside: "linear" | "constant",
  when: (facts: ErrorFacts, baseline: Beside) => boolean,
  text: (target: string, numbers: string, called: string) => string,
): Warns<ErrorFacts> {
  return {
    id,
    when: (facts) => facts[beside] !== undefined && when(facts, facts[beside]),
    say: (facts) => {
      const baseline = facts[beside] as Beside;
      return {
        code: `not-better-than-${baseline.name}`,
        text: text(facts.target, inNumbers(facts.error, facts.own, baseline), baseline.called),
      };
    },
  };
}

/** How the test error of one target stands beside what needs no network. */
export const errorWarnings: readonly Warns<ErrorFacts>[] = [
  errorWarning(
    "not-better-than-constant/worse",
    "constant",
    ({ own }, constant) => loses(own, constant),
    (target, numbers, called) => `${called} predicts ${target} better on the test rows (${numbers})`,
  ),
  errorWarning(
    "not-better-than-constant/open",
    "constant",
    ({ own }, constant) => !loses(own, constant) && !wins(own, constant),
    (target, numbers, called) => `the test rows cannot tell the prediction of ${target} from ${called} (${numbers})`,
  ),
  errorWarning(
    "not-better-than-linear/worse",
    "linear",
    (facts, linear) => isAdvice(facts) && loses(facts.own, linear),
    (target, numbers, called) =>
      `${called} predicts ${target} better on the test rows (${numbers}): use it to predict, and read the atoms as ` +
      "those of a model that predicts worse than a linear one",
  ),
  errorWarning(
    "not-better-than-linear/open",
    "linear",
    (facts, linear) => isAdvice(facts) && !loses(facts.own, linear) && !wins(facts.own, linear),
    (target, numbers, called) =>
      `the test rows cannot tell the prediction of ${target} from that of ${called}, the simpler model (${numbers})`,
  ),
];
