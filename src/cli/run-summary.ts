import type { AnyMetrics, Part } from "../evaluation/metrics.js";
import { baselineLabel } from "../models/baselines/nearest-in-time.js";
import type { Amount, PidValues } from "../pid/types.js";
import type { Decomposition, NamedWeights } from "../record/pid-schemas.js";
import type { RunMetrics, RunWarning } from "../record/run-schemas.js";
import { sharedIsSplit } from "../report/atom-rows.js";
import { checkFindings } from "../report/check-sentences.js";
import { checkText } from "../report/check-text.js";
import { foremost } from "../report/foremost.js";
import { checkLeftOutSentence, latentCheckFacts } from "../report/latent-check.js";
import { codeWords } from "../report/run-warnings.js";
import { joinWords } from "../report/text.js";
import { wrapWords } from "../report/text-columns.js";
import type { Units } from "../report/with-unit.js";
import type { Evaluation } from "../run/apply/evaluation.js";
import type { RunResult } from "../run/run-result.js";
import { shown } from "../shown.js";
import type { ShownMetric } from "../tasks/measured-task.js";
import { taskNamed } from "../tasks/tasks.js";
import { partsTable } from "./parts-table.js";
import { alignTable, textWidth, wrapList } from "./table.js";

/** The findings of a run for a terminal: errors beside the baselines, atoms with intervals, fusion weights. */
export function runSummary({ metrics, pid, weighted, parts, report, folder }: RunResult): string {
  return [
    ...[metricsTable(metrics), "", atomsBlock(weighted ? pid : { ...pid, weights: undefined }, metrics.targets)],
    ...["", partsTable(parts, metrics.units)],
    ...warningLines(metrics.warnings),
    ...["", `run     ${shown(folder)}`, `report  ${shown(report)}`],
  ].join("\n");
}

/** Warnings for a terminal, each from a new line, with a heading and a blank line before; nothing where there are none. */
export function warningLines(warnings: readonly RunWarning[]): string[] {
  if (warnings.length === 0) return [];
  const indent = "  ";
  const lines = warnings.flatMap(({ code, text }) => {
    const [first, ...rest] = wrapWords(shown(`${codeWords(code)}: ${text}`), textWidth - 2 * indent.length);
    return [`${indent}${first}`, ...rest.map((line) => `${indent}${indent}${line}`)];
  });
  return ["", `${warnings.length === 1 ? "warning" : "warnings"}`, ...lines];
}

/** An evaluation for a terminal. `title` is what the table is called above its column, where its name is long. */
export function evaluationSummary({
  task,
  on,
  title: called = on,
  targets,
  units,
  metrics,
  corrected,
  byMissing,
  baselines,
  pid,
  warnings,
}: Evaluation & { readonly title?: string | undefined }): string {
  const { shown: columns } = taskNamed(task).metrics;
  const metricsRow = rowOf(columns);
  const rows = targets.flatMap((target) => {
    const label = (model: string) => (targets.length > 1 ? `${target}: ${model}` : model);
    const others = Object.entries(baselines ?? {}).map(([name, part]) =>
      metricsRow(label(baselineLabel(name)), part.perTarget[target]),
    );
    const patterns = byMissing.map(({ missing, metrics: { n, perTarget } }) =>
      metricsRow(
        label(`${n} rows ${missing.length === 0 ? "with all" : `without ${missing.join(", ")}`}`),
        perTarget[target],
      ),
    );
    return [
      metricsRow(label("pidreg"), metrics.perTarget[target]),
      ...(corrected === null ? [] : [metricsRow(label("bias-corrected"), corrected.perTarget[target])]),
      ...patterns,
      ...others,
    ];
  });
  const title = `${on === "test" ? "test part" : called}, ${metrics.n} rows`;
  const quality = alignTable([[title, ...columns.map(({ name }) => name)], ...rows]);
  const errors = [quality, ...unitLines(columns, targets, units)].join("\n");
  const atoms = pid === null ? "too few rows for atoms" : atomsBlock(pid, targets);
  return [errors, "", atoms, ...warningLines(warnings)].join("\n");
}

/** Test metrics of pidreg, raw and corrected for bias, and of what it is compared with, per target. */
export function metricsTable({ task, targets, units, test, biasCorrection, baselines }: RunMetrics): string {
  const { constant, linear } = taskNamed(task).baselines;
  const { shown: columns } = taskNamed(task).metrics;
  const metricsRow = rowOf(columns);
  const { [linear.name]: onAll, [constant.name]: ofNone, ...others } = baselines;
  // The linear model of single modalities is in the report.
  const networks = Object.entries(others).filter(([name]) => !name.startsWith(`${linear.name}.`));
  const rows = targets.flatMap((target) => {
    const row = (model: string, part: Part) =>
      metricsRow(targets.length > 1 ? `${target}: ${model}` : model, part.perTarget[target]);
    return [
      row("pidreg", test),
      ...(biasCorrection?.targets[target] === undefined ? [] : [row("bias-corrected", biasCorrection.test)]),
      row(linear.name, onAll.test),
      row(constant.name, ofNone.test),
      ...networks.map(([name, parts]) => row(baselineLabel(name), parts.test)),
    ];
  });
  const table = alignTable([[`test part, ${test.n} rows`, ...columns.map(({ name }) => name)], ...rows]);
  return [table, ...unitLines(columns, targets, units)].join("\n");
}

/** What unit errors are in; nothing where no target has one. */
function unitLines(columns: readonly ShownMetric[], targets: readonly string[], units: Units = {}): string[] {
  const named = targets.filter((target) => units[target] !== undefined);
  if (named.length === 0) return [];
  const texts = named.map((target) => (targets.length === 1 ? units[target] : `${units[target]} (${target})`));
  const errors = columns.filter(({ inUnit }) => inUnit).map(({ name }) => name);
  return errors.length === 0 ? [] : [wrapList(`${joinWords(errors)} in `, texts)];
}

/** A row of a table of metrics: its label, then one cell per column. */
function rowOf(columns: readonly ShownMetric[]): (label: string, metrics: AnyMetrics) => string[] {
  const cell = (value: number | null, inUnit: boolean) => {
    if (value === null) return "-";
    return inUnit ? value.toPrecision(4) : value.toFixed(3);
  };
  return (label, metrics) => [label, ...columns.map(({ key, inUnit }) => cell(metrics[key], inUnit))];
}

/**
 * Atoms with the check of their Gaussian reading: where more was found than it sees, what the density found comes first and the
 * atoms say of which reading they are.
 */
function atomsBlock(pid: Atoms, targets: readonly string[]): string {
  const { check } = pid;
  if (check === undefined) return [atomsTable(pid), ...leftOutLines(pid)].join("\n");
  const facts = latentCheckFacts({ ...pid, check }, targets);
  if (!check.nonGaussian) {
    const words = checkFindings(facts).flatMap((sentence) => wrapWords(shown(sentence), textWidth));
    return [atomsTable(pid), "", ...words].join("\n");
  }
  const about = check.bound ? `, about the mean of ${shown(joinWords(targets))}` : "";
  return [checkText(facts), "", `Gaussian reading${about}`, atomsTable(pid)].join("\n");
}

/** That a check was wanted and could not be made. */
function leftOutLines({ checkLeftOut }: Pick<Atoms, "checkLeftOut">): string[] {
  return checkLeftOut === undefined ? [] : ["", ...wrapWords(shown(checkLeftOutSentence(checkLeftOut)), textWidth)];
}

type Atoms = NonNullable<Evaluation["pid"]> & { readonly weights?: NamedWeights | undefined };

/** Heading and cells of the column that says how sure the bits are: intervals where there are any, else standard errors. */
export function uncertaintyColumn({ intervals, standardErrors }: Pick<Decomposition, "intervals" | "standardErrors">) {
  if (intervals) {
    const { level, lower, upper } = intervals;
    return {
      heading: `${Math.round(100 * level)} % interval`,
      cell: (pick: PickNumber) => {
        const [low, high] = [bits(pick(lower)), bits(pick(upper))];
        return high === infinite && low !== infinite ? `at least ${low}` : `${low} to ${high}`;
      },
    };
  }
  return {
    heading: "s.e.",
    cell: (pick: PickNumber) => (standardErrors === null ? "" : `± ${bits(pick(standardErrors))}`),
  };
}

/** Takes one number out of a decomposition, or out of its errors or interval ends. */
export type PickNumber = (values: Pick<PidValues<Amount>, "information" | "atoms">) => Amount;

/** Atoms with their uncertainty and, for a run, the fusion weights they led to. */
export function atomsTable(pid: Atoms): string {
  const { modalities, weights } = pid;
  const weight = (name: string) => weights?.byModality[name]?.toFixed(3) ?? "";
  const products = foremost(Object.entries(weights?.interaction ?? {}), ([, value]) => value);
  const joint = products.shown.map(([name, value]) => [`product ${name}`, "", "", value.toFixed(3)]);
  const shown = foremost(modalities, (name) => pid.information.byModality[name]);
  const others = (count: number, what: string) => (count === 0 ? [] : [[`${count} more, ${what}`, "", "", ""]]);
  const { heading, cell } = uncertaintyColumn(pid);
  const split = sharedIsSplit(pid);
  const row = (label: string, pick: PickNumber, note = "") => [label, bits(pick(pid)), cell(pick), note];
  const table = alignTable([
    ["information about the target", "bits", heading, weights === undefined ? "" : "fusion weight"],
    ...shown.shown.map((name) => row(`unique to ${name}`, ({ atoms }) => atoms.unique[name], weight(name))),
    ...others(shown.more, "see pid.json"),
    ...(modalities.length > 1 ? [row(split ? "redundant" : "in two or more", ({ atoms }) => atoms.redundancy)] : []),
    ...(modalities.length > 2 && split ? [row("shared by some", ({ atoms }) => atoms.partialRedundancy)] : []),
    ...(modalities.length > 1 ? [row("synergistic", ({ atoms }) => atoms.synergy)] : []),
    ...joint,
    ...others(products.more, "of less weight"),
    row("all together", ({ information }) => information.total),
    ...shown.shown.map((name) => row(`${name} alone`, ({ information }) => information.byModality[name])),
    ...others(shown.more, "that know less"),
  ]);
  const flags = pid.flags.length > 0 ? `\n${wrapList("flags: ", pid.flags)}\n(see docs/gaussian-pid.md)` : "";
  return `${table}${flags}`;
}

const infinite = "inf";

/** Bits with three decimals; "inf" for an amount without bound. */
export function bits(value: Amount): string {
  return value !== null && Number.isFinite(value) ? value.toFixed(3) : infinite;
}
