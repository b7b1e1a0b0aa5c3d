import { type Logger, pino } from "pino";
import type { FusionTerm } from "../models/fusion.js";
import type { AtomsRecord, EpochRecord, PhaseName, TrainingObserver } from "../training/observer.js";
import type { Progress } from "../training/progress.js";
import { type RunFolder, runFiles } from "./run-folder.js";

/** Fusion weights by name, as the files of a run hold them. */
export interface NamedWeights {
  readonly byModality: Readonly<Record<string, number>>;
  readonly interaction: Readonly<Record<string, number>>;
}

export function namedWeights(terms: readonly FusionTerm[], weights: readonly number[]): NamedWeights {
  const pick = (count: number) =>
    Object.fromEntries(
      terms.flatMap(({ name, modalities }, t) => (modalities.length === count ? [[name, weights[t]]] : [])),
    );
  return { byModality: pick(1), interaction: pick(2) };
}

/** Writes what happens during training into the run folder: metrics.jsonl, pid.jsonl and log.jsonl. */
export class RunRecorder implements TrainingObserver {
  readonly log: Logger;
  private writes: Promise<void> = Promise.resolve();
  private failure: Error | null = null;

  constructor(
    private readonly folder: RunFolder,
    private readonly terms: readonly FusionTerm[],
  ) {
    const destination = pino.destination({ dest: folder.file(runFiles.log), sync: true });
    destination.on("error", (error: Error) => this.fail(error));
    this.log = pino({ base: null }, destination);
  }

  phase(name: PhaseName, maxEpochs: number): void {
    this.log.info({ phase: name, maxEpochs }, `${name}: at most ${maxEpochs} epochs`);
  }

  epoch(record: EpochRecord): void {
    this.append(runFiles.metricsByEpoch, record);
  }

  atoms({ phase, epoch, pid, fusionWeights, averagedOver, stableEpochs }: AtomsRecord): void {
    const { information, atoms, standardErrors, flags } = pid;
    const weights = namedWeights(this.terms, fusionWeights);
    this.append(runFiles.pidByEpoch, {
      phase,
      epoch,
      information,
      atoms,
      standardErrors,
      flags,
      weights,
      averagedOver,
      stableEpochs,
    });
  }

  message(text: string): void {
    this.log.info(text);
  }

  /** Waits until everything handed over is on disk. @throws the first error of writing since the start */
  async flush(): Promise<void> {
    await this.writes;
    if (this.failure !== null) throw this.failure;
  }

  private append(file: string, value: unknown): void {
    // Told by the next flush: nobody waits for a single line.
    this.writes = this.writes.then(() => this.folder.appendLine(file, value)).catch((error) => this.fail(error));
  }

  private fail(error: Error): void {
    this.failure ??= error;
  }
}

/** Drops lines of epochs after the checkpoint and of the end of the run: they are about to be written again. */
export async function rewindRecords(folder: RunFolder, progress: Progress): Promise<void> {
  const done = (line: Record<string, unknown>): boolean => {
    const index = progress.phases.indexOf(line.phase as PhaseName);
    return index < progress.phaseIndex || (index === progress.phaseIndex && Number(line.epoch) <= progress.epoch);
  };
  await folder.keepLines(runFiles.metricsByEpoch, done);
  await folder.dropHalfLine(runFiles.log);
  await folder.keepLines(runFiles.pidByEpoch, (line) => line.phase !== "stage2" && done(line));
}
