import { padLeft, padRight } from "../report/text-columns.js";
import { shownError } from "../tasks/shown-error.js";
import type { AtomsRecord, EpochRecord, PhaseName } from "../training/observer.js";
import { wrapList } from "./table.js";

export const phaseTitles: Record<PhaseName, string> = {
  "pilot:plain": "Pilot, raw features",
  "pilot:periodic": "Pilot, periodic embeddings",
  stage1: "Stage 1, fusion weights",
  stage2: "Stage 2, end to end",
};

/** What a row shows beside the epoch's own record. */
export interface RowContext {
  readonly maxEpochs: number;
  /** Atoms of the epoch; stage 1 only. */
  readonly atoms: AtomsRecord | null;
  /** How long training likely takes, and at most. */
  readonly left: { readonly likely: string; readonly most: string } | null;
}

/**
 * Headings of the epoch table; at most 80 columns, like its rows.
 * @param targets how many: the error of several is told in standard deviations of each, on the training rows
 * @param error   key of the error that is shown
 */
export function epochHeader(targets: number, error: string): string {
  return row(
    "epoch",
    "loss",
    targets > 1 ? `${error} / sd` : `validation ${error}`,
    "bits",
    "seconds",
    "left: about, max",
  );
}

/** One epoch; `*` marks the best of its phase so far, bits are the information of all modalities together. */
export function epochRow(record: EpochRecord, { maxEpochs, atoms, left }: RowContext): string {
  const { phase, epoch, terms, validation, best, seconds } = record;
  const bits = atoms === null ? "" : atoms.pid.information.total.toFixed(3);
  const shown = shownError(validation);
  const error = `${shown === null ? "" : shown.value.toPrecision(4)}${best ? " *" : "  "}`;
  return row(
    `${phase} ${epoch}/${maxEpochs}`,
    terms.total.value.toPrecision(4),
    error,
    bits,
    seconds.toFixed(1),
    left === null ? "" : `${left.likely}, ${left.most}`,
  );
}

/** Every term, lambda, atom and weight of an epoch, indented and wrapped at 80 columns; for `--verbose`. */
export function epochDetails(record: EpochRecord, atoms: AtomsRecord | null): string {
  const { terms, lambda, learningRate, gradientNorm, stepSeconds } = record;
  const list = (title: string, entries: readonly string[]) => wrapList(`  ${title}: `, entries);
  const numbers = (values: Readonly<Record<string, number>>) =>
    Object.entries(values).map(([name, value]) => `${name} ${value.toFixed(3)}`);
  const losses = Object.entries(terms)
    .filter(([name]) => name !== "total")
    .map(([name, { value, weight }]) => `${name} ${value.toPrecision(3)}${weight === 1 ? "" : ` x${weight}`}`);
  const optimizer = [
    ...[`learning rate ${learningRate.toPrecision(3)}`, `gradient norm ${gradientNorm.toPrecision(3)}`],
    `${stepSeconds.toFixed(2)} s in steps`,
  ];
  return [
    list("terms", losses),
    list("lambda", numbers(lambda)),
    list("optimizer", optimizer),
    ...(atoms === null ? [] : [list("atoms, bits", atomEntries(atoms))]),
  ].join("\n");
}

function atomEntries({ pid, stableEpochs, fusionWeights }: AtomsRecord): string[] {
  const { unique, redundancy, partialRedundancy, synergy } = pid.atoms;
  const several = Object.keys(unique).length > 2;
  return [
    ...Object.entries(unique).map(([name, value]) => `unique to ${name} ${value.toFixed(3)}`),
    `redundant ${redundancy.toFixed(3)}`,
    ...(several ? [`shared by some ${partialRedundancy.toFixed(3)}`] : []),
    `synergistic ${synergy.toFixed(3)}`,
    `fusion weights ${fusionWeights.map((weight) => weight.toFixed(2)).join(" ")}`,
    `stable for ${stableEpochs} epochs`,
  ];
}

function row(label: string, loss: string, error: string, bits: string, seconds: string, left: string): string {
  const numbers = [padLeft(loss, 10), padLeft(error, 15), padLeft(bits, 6), padLeft(seconds, 7)];
  return `${[padRight(label, 20), ...numbers].join(" ")} ${padLeft(left, left === "" ? 0 : 16)}`.trimEnd();
}
