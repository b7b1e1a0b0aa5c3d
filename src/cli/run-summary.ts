import type { Metrics } from "../evaluation/metrics.js";
import type { PidValues } from "../pid/types.js";
import type { RunMetrics, RunPid, RunResult } from "../run/finish-run.js";
import { alignTable } from "./table.js";

/** The findings of a run for a terminal: errors beside the baselines, atoms with standard errors, fusion weights. */
export function runSummary({ metrics, pid, report, folder }: RunResult): string {
  return [
    metricsTable(metrics),
    "",
    atomsTable(pid),
    "",
    `run     ${folder}`,
    `report  ${report}`,
  ].join("\n");
}

/** Test metrics of pidreg, ridge and mean prediction, per target. */
export function metricsTable({ targets, test, baselines }: RunMetrics): string {
  const rows = targets.flatMap((target) => [
    metricsRow(targets.length > 1 ? `${target}: pidreg` : "pidreg", test.perTarget[target]),
    metricsRow(targets.length > 1 ? `${target}: ridge` : "ridge", baselines.ridge.test.perTarget[target]),
    metricsRow(targets.length > 1 ? `${target}: mean` : "mean", baselines.mean.test.perTarget[target]),
  ]);
  return alignTable([[`test part, ${test.n} rows`, "MAE", "RMSE", "R2", "Pearson"], ...rows]);
}

function metricsRow(label: string, { mae, rmse, r2, pearson }: Metrics): string[] {
  const number = (value: number | null, digits: number) => (value === null ? "-" : value.toFixed(digits));
  return [label, mae.toPrecision(4), rmse.toPrecision(4), number(r2, 3), number(pearson, 3)];
}

/** Atoms with standard errors and the fusion weights they led to. */
export function atomsTable(pid: RunPid): string {
  const { modalities, weights } = pid;
  const weight = (name: string) => (weights.byModality[name] ?? weights.interaction[name])?.toFixed(3) ?? "";
  const joint = Object.entries(weights.interaction).map(([name, value]) => `${name} ${value.toFixed(3)}`);
  const row = (label: string, pick: (values: PidValues) => number, note = "") => [
    label,
    bits(pick(pid)),
    pid.standardErrors === null ? "" : `± ${bits(pick(pid.standardErrors))}`,
    note,
  ];
  const table = alignTable([
    ["information about the target", "bits", "s.e.", "fusion weight"],
    ...modalities.map((name) => row(`unique to ${name}`, ({ atoms }) => atoms.unique[name], weight(name))),
    row("redundant", ({ atoms }) => atoms.redundancy),
    ...(modalities.length > 2 ? [row("shared by some", ({ atoms }) => atoms.partialRedundancy)] : []),
    row("synergistic", ({ atoms }) => atoms.synergy, joint.join(", ")),
    row("all together", ({ information }) => information.total),
    ...modalities.map((name) => row(`${name} alone`, ({ information }) => information.byModality[name])),
  ]);
  const flags = pid.flags.length > 0 ? `\nflags: ${pid.flags.join(", ")} (see docs/gaussian-pid.md)` : "";
  return `${table}${flags}`;
}

function bits(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : "inf";
}
