import { evaluatePart } from "../../evaluation/metrics.js";
import type { RunFiles } from "../../record/read-run.js";
import { type Html, html } from "../html.js";
import { informationCaution } from "../information-found.js";
import type { Section } from "../section.js";
import { formatNumber, joinWords } from "../text.js";

/** What the flags of a decomposition mean for a reader. */
const flagWords: Readonly<Record<string, string>> = {
  saturated:
    "The target is determined exactly in some direction, so some information is infinite. Often a column of the target, or a copy of it, stands among the inputs.",
  underdetermined: "There were fewer rows than columns; such a decomposition shows chance as information.",
  boundary:
    "Two modalities know about equally much. Which of them has the unique part is then a coin toss: read the difference between them, not the intervals of the unique parts.",
  inconsistent:
    "An atom came out negative by more than rounding or sampling explains. The decomposition is not reliable.",
  "dependent-target": "Some target columns are combinations of others and were left out of the decomposition.",
  "dependent-source": "Some latents are constant or combinations of others; they carry nothing extra.",
};

/** Everything a reader should know before trusting the numbers. */
export function warningsSection(run: RunFiles): Section {
  const all = [...flags(run), ...stages(run), ...ridge(run), ...notes(run), ...agreement(run)];
  return {
    id: "warnings",
    title: "Warnings",
    reading: all.length === 0 ? [html`None: the checks of this run found nothing to warn of.`] : [],
    figures: [],
    body: all.length === 0 ? undefined : html`<ul class="warnings">${all.map((w) => html`<li>${w}</li>`)}</ul>`,
  };
}

function flags({ pid }: RunFiles): Html[] {
  const caution = informationCaution(pid);
  return [
    ...(caution === null ? [] : [html`<b>no-information</b>: ${caution}`]),
    ...pid.flags
      .filter((flag) => flag !== "no-information")
      .map((flag) => html`<b>${flag}</b>: ${flagWords[flag] ?? "this report has no words for this flag."}`),
  ];
}

function stages({ pid }: RunFiles): Html[] {
  if (pid.stage1 === undefined || pid.stage1.converged || pid.stage1.informative === false) return [];
  return [html`<b>not converged</b>: the atoms had not settled when stage 1 reached its last epoch.`];
}

function ridge({ metrics }: RunFiles): Html[] {
  const worse = metrics.targets.filter((target) => {
    const baseline = metrics.baselines.ridge?.test.perTarget[target];
    return baseline !== undefined && metrics.test.perTarget[target].rmse > baseline.rmse;
  });
  if (worse.length === 0) return [];
  return [
    html`<b>not better than ridge</b>: for ${joinWords(worse)} ridge regression has the lower test RMSE, so use ridge to
      predict, and read the atoms as those of a model that does not use all there is.`,
  ];
}

/** What the evaluation had to tell: corrections that were refused, groups that share a width. */
function notes({ metrics }: RunFiles): Html[] {
  return (metrics.notes ?? []).map((note) => html`${note}`);
}

/** Whether predictions.csv gives the errors of metrics.json; if not, the files are not of one run. */
function agreement(run: RunFiles): Html[] {
  const { ids, targets } = run.test;
  if (ids.length !== run.metrics.test.n) {
    return [
      html`<b>files disagree</b>: predictions.csv has ${ids.length} test rows, metrics.json ${run.metrics.test.n}. Figures
        show the former, tables the latter.`,
    ];
  }
  return [...targets].flatMap(([name, { truth, prediction }]) => {
    const again = evaluatePart([name], truth, prediction).overall.rmse;
    const recorded = run.metrics.test.perTarget[name].rmse;
    if (Math.abs(again - recorded) <= 1e-4 * Math.max(again, recorded)) return [];
    return [
      html`<b>files disagree</b>: the test RMSE of ${name} is ${formatNumber(recorded, 6)} in metrics.json and
        ${formatNumber(again, 6)} from predictions.csv.`,
    ];
  });
}
