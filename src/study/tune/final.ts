import type { SavedSplit } from "../../data/dataset.js";
import { type ComparedErrors, compareErrors, comparisonWords } from "../../evaluation/compared-errors.js";
import { derivedSeed, Rng } from "../../math/rng.js";
import { heldToTrain } from "../repeats.js";
import type { FinishedRun, StudyRun } from "../study.js";
import { evaluatedSplits } from "../summarise.js";
import { onRung } from "./rungs.js";
import { onSplit } from "./search.js";
import type { Trial } from "./trials.js";

/** Name of the config's own split in the study. */
export const ownSplit = "split";

/** Splits on which the config and what was chosen are trained anew, with seeds that decided nothing. */
export interface FinalTrainings {
  readonly splits: readonly string[];
  /** Trainings on each. */
  readonly seeds: number;
}

/** The config and what was chosen, and what their intervals were made by. */
export interface ComparedAnew extends ComparedErrors {
  readonly resampled: string;
}

const roles = ["config", "chosen"] as const;

function finalName(role: string, split: string, seed: number): string {
  return `final-${role}-${split}-seed-${seed}`;
}

/** Whether a training is one of the final figures. */
export function isFinal({ name }: Pick<StudyRun, "name">): boolean {
  return /^(final|test)-/.test(name);
}

/** The trainings of the final figures: none of what was chosen where that is the config as it is. */
export function finalRuns([config, chosen]: readonly Trial[], { splits, seeds }: FinalTrainings): StudyRun[] {
  const [asIs, own] = [config, chosen].map((trial) => (trial === undefined ? [] : [trial]));
  const inner = own.length === 0 ? [] : [...asIs, ...own];
  return [
    ...inner.flatMap((trial, k) =>
      splits.flatMap((split) =>
        Array.from({ length: seeds }, (_, s) => ({
          name: finalName(roles[k], split, s + 1),
          config: onSplit(onRung(trial.config, { epochs: 1 }, 0), {
            ...{ split, seed: derivedSeed(trial.config.seed, `tune/final/${split}/${s + 1}`) },
            title: `final ${roles[k]}`,
          }),
        })),
      ),
    ),
    ...[...asIs, ...own].map((trial, k) => ({
      name: `test-${roles[k]}`,
      config: onSplit(trial.config, { split: ownSplit, seed: trial.config.seed, title: `test ${roles[k]}` }),
    })),
  ];
}

/** Both on the splits that decided nothing. @param rows of the splits by their names */
export function finalErrors(
  finished: ReadonlyMap<string, FinishedRun>,
  { splits, seeds }: FinalTrainings,
  rows: Readonly<Record<string, SavedSplit>>,
  seed: number,
): ComparedAnew {
  const models = roles.map((role) =>
    splits.flatMap((split) =>
      Array.from({ length: seeds }, (_, s) => filesOf(finished, finalName(role, split, s + 1))),
    ),
  );
  const held = splits.map((split) => ({ heldToTrain: heldToTrain(rows[split]) }));
  return compared(models, held, new Rng(seed).split("tune/final"));
}

/** Both on the test part of the config's own split; the config alone where nothing else was chosen. */
export function testErrors(finished: ReadonlyMap<string, FinishedRun>, split: SavedSplit, seed: number): ComparedAnew {
  const models = roles
    .filter((role) => finished.has(`test-${role}`))
    .map((role) => [filesOf(finished, `test-${role}`)]);
  return compared(models, [{ heldToTrain: heldToTrain(split) }], new Rng(seed).split("tune/test"));
}

function compared(
  models: readonly (readonly FinishedRun["files"][])[],
  held: readonly { readonly heldToTrain: number }[],
  rng: Rng,
): ComparedAnew {
  const [[{ task }]] = models;
  const splits = evaluatedSplits(models, "test", held);
  return { ...compareErrors(splits, { rng, error: task.metrics.headline }), resampled: comparisonWords(splits) };
}

function filesOf(finished: ReadonlyMap<string, FinishedRun>, name: string): FinishedRun["files"] {
  return (finished.get(name) as FinishedRun).files;
}
