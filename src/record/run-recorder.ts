import { type Logger, pino } from "pino";
import type { FusionTerm } from "../models/fusion.js";
import type { AtomsRecord, EpochRecord, PhaseName, TrainingObserver } from "../training/observer.js";
import type { Progress } from "../training/progress.js";
import { type RunFolder, runFiles } from "./run-folder.js";
import { atomsLine, epochLine, TensorBoardEvents } from "./tensorboard.js";

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

/** Writes what happens during training into the run folder: metrics.jsonl, pid.jsonl, log.jsonl, TensorBoard events. */
export class RunRecorder implements TrainingObserver {
  readonly log: Logger;
  private writes: Promise<void> = Promise.resolve();
  private failure: Error | null = null;

  constructor(
    private readonly folder: RunFolder,
    private readonly terms: readonly FusionTerm[],
    private readonly events: TensorBoardEvents,
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
    this.appendEvent(this.events.epoch(record));
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
    this.appendEvent(this.events.atoms({ phase, epoch, information, atoms, weights }));
  }

  message(text: string): void {
    this.log.info(text);
  }

  warning(text: string): void {
    this.log.warn(text);
  }

  /** Waits until everything handed over is on disk. @throws the first error of writing since the start */
  async flush(): Promise<void> {
    await this.writes;
    if (this.failure !== null) throw this.failure;
  }

  private append(file: string, value: unknown): void {
    this.write(() => this.folder.appendLine(file, value));
  }

  private appendEvent(bytes: Buffer | null): void {
    if (bytes !== null) this.write(() => this.folder.appendBytes(runFiles.events, bytes));
  }

  /** Nobody waits for a single line; what fails is told by the next flush. */
  private write(job: () => Promise<void>): void {
    this.writes = this.writes.then(job).catch((error) => this.fail(error));
  }

  private fail(error: Error): void {
    this.failure ??= error;
  }
}

/**
 * Writes the TensorBoard file of the lines that are in the folder, from its beginning: after a rewind it holds neither
 * more nor less than these, whatever a killed process left in it.
 * @returns what goes on from there
 */
export async function restoreEvents(folder: RunFolder): Promise<TensorBoardEvents> {
  const epochs = await folder.readLines(runFiles.metricsByEpoch, epochLine);
  const atoms = await folder.readLines(runFiles.pidByEpoch, atomsLine);
  const events = new TensorBoardEvents();
  await folder.createInside(runFiles.tensorboard);
  await folder.writeBytes(runFiles.events, events.replay(epochs, atoms));
  return events;
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
