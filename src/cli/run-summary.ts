import type { Metrics, Part } from "../evaluation/metrics.js";
import type { PidValues } from "../pid/types.js";
import type { Evaluation } from "../run/evaluate-run.js";
import type { RunMetrics, RunResult } from "../run/finish-run.js";
import type { NamedWeights } from "../run/run-recorder.js";
import { alignTable, wrapList } from "./table.js";

/** The findings of a run for a terminal: errors beside the baselines, atoms with standard errors, fusion weights. */
export function runSummary({ metrics, pid, report, folder }: RunResult): string {
  return [metricsTable(metrics), "", atomsTable(pid), "", `run     ${folder}`, `report  ${report}`].join("\n");
}

/** An evaluation for a terminal. */
export function evaluationSummary({ on, targets, metrics, corrected, byMissing, baselines, pid }: Evaluation): string {
  const rows = targets.flatMap((target) => {
    const label = (model: string) => (targets.length > 1 ? `${target}: ${model}` : model);
    const others = Object.entries(baselines ?? {}).map(([name, part]) =>
      metricsRow(label(name), part.perTarget[target]),
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
  const title = `${on === "test" ? "test part" : on}, ${metrics.n} rows`;
  const quality = alignTable([[title, "MAE", "RMSE", "R2", "Pearson"], ...rows]);
  return `${quality}\n\n${pid === null ? "too few rows for atoms" : atomsTable(pid)}`;
}

/** Test metrics of pidreg, raw and corrected for bias, and of what it is compared with, per target. */
export function metricsTable({ targets, test, biasCorrection, baselines }: RunMetrics): string {
  // Ridge on single modalities is in the report.
  const { ridge, mean, ...others } = baselines;
  const networks = Object.entries(others).filter(([name]) => !name.startsWith("ridge."));
  const rows = targets.flatMap((target) => {
    const row = (model: string, part: Part) =>
      metricsRow(targets.length > 1 ? `${target}: ${model}` : model, part.perTarget[target]);
    return [
      row("pidreg", test),
      ...(biasCorrection?.targets[target] === undefined ? [] : [row("bias-corrected", biasCorrection.test)]),
      row("ridge", ridge.test),
      row("mean", mean.test),
      ...networks.map(([name, parts]) => row(name, parts.test)),
    ];
  });
  return alignTable([[`test part, ${test.n} rows`, "MAE", "RMSE", "R2", "Pearson"], ...rows]);
}

function metricsRow(label: string, { mae, rmse, r2, pearson }: Metrics): string[] {
  const number = (value: number | null, digits: number) => (value === null ? "-" : value.toFixed(digits));
  return [label, mae.toPrecision(4), rmse.toPrecision(4), number(r2, 3), number(pearson, 3)];
}

type Atoms = NonNullable<Evaluation["pid"]> & { readonly weights?: NamedWeights };

/** Atoms with standard errors and, for a run, the fusion weights they led to. */
export function atomsTable(pid: Atoms): string {
  const { modalities, weights } = pid;
  const weight = (name: string) => weights?.byModality[name]?.toFixed(3) ?? "";
  const joint = Object.entries(weights?.interaction ?? {}).map(([name, value]) => [
    `product ${name}`,
    "",
    "",
    value.toFixed(3),
  ]);
  const row = (label: string, pick: (values: Pick<PidValues, "information" | "atoms">) => number, note = "") => [
    label,
    bits(pick(pid)),
    pid.standardErrors === null ? "" : `± ${bits(pick(pid.standardErrors))}`,
    note,
  ];
  const table = alignTable([
    ["information about the target", "bits", "s.e.", weights === undefined ? "" : "fusion weight"],
    ...modalities.map((name) => row(`unique to ${name}`, ({ atoms }) => atoms.unique[name], weight(name))),
    row("redundant", ({ atoms }) => atoms.redundancy),
    ...(modalities.length > 2 ? [row("shared by some", ({ atoms }) => atoms.partialRedundancy)] : []),
    row("synergistic", ({ atoms }) => atoms.synergy),
    ...joint,
    row("all together", ({ information }) => information.total),
    ...modalities.map((name) => row(`${name} alone`, ({ information }) => information.byModality[name])),
  ]);
  const flags = pid.flags.length > 0 ? `\n${wrapList("flags: ", pid.flags)}\n(see docs/gaussian-pid.md)` : "";
  return `${table}${flags}`;
}

function bits(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : "inf";
}
