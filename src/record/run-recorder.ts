import { type Logger, pino } from "pino";
import { encoded, type Stored } from "../files/document.js";
import { jsonText } from "../files/json.js";
import { WriteError } from "../files/write-error.js";
import type { FusionTerm } from "../models/fusion.js";
import { escapedJson } from "../shown.js";
import type { AtomsRecord, EpochRecord, PhaseName, TrainingObserver } from "../training/observer.js";
import { LineFile, readToMark } from "./line-file.js";
import { namedWeights } from "./named-weights.js";
import type { PidLine } from "./pid-schemas.js";
import { eachLineFile, type LineFileName, type LineMarks, lineSchemas, type RecordedLines } from "./recorded-lines.js";
import { type RunFolder, runFiles } from "./run-folder.js";
import type { TensorBoardEvents } from "./tensorboard.js";

/** Writes what happens during training into the run folder: metrics.jsonl, pid.jsonl, log.jsonl, TensorBoard events. */
export class RunRecorder implements TrainingObserver {
  readonly log: Logger;
  private writes: Promise<void> = Promise.resolve();
  private failure: Error | null = null;
  private readonly lines: Readonly<Record<LineFileName, LineFile>>;
  private reported = "";

  /**
   * @param start what the line files hold that the training goes on from
   * @param events what goes on from the events of those lines
   */
  constructor(
    private readonly folder: RunFolder,
    private readonly terms: readonly FusionTerm[],
    start: RecordedLines,
    private readonly events: TensorBoardEvents,
  ) {
    this.lines = eachLineFile((name) => new LineFile(name, start[name]));
    const destination = pino.destination({ dest: folder.file(runFiles.log), sync: true });
    destination.on("error", (error: Error) => this.fail(new WriteError(folder.file(runFiles.log), error)));
    // What names hold must not reach the terminal that the file is looked at on.
    this.log = pino({ base: null }, { write: (line: string) => destination.write(escapedJson(line)) });
  }

  phase(name: PhaseName, maxEpochs: number): void {
    this.log.info({ phase: name, maxEpochs }, `${name}: at most ${maxEpochs} epochs`);
  }

  epoch(record: EpochRecord): void {
    this.append(runFiles.metricsByEpoch, record);
    this.appendEvent(this.events.epoch(record));
  }

  atoms(record: AtomsRecord): void {
    this.append(runFiles.pidByEpoch, this.atomsOf(record));
    this.atomsEvent(record);
  }

  /**
   * The atoms that the run reports: the last line of pid.jsonl. It appears with the other results of the run, all at
   * once, through `pidLines`.
   */
  report(record: AtomsRecord): void {
    const name = runFiles.pidByEpoch;
    this.reported = `${jsonText(encoded(lineSchemas[name], this.atomsOf(record), name), name)}\n`;
    this.atomsEvent(record);
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

  /** How far the line files reach, to be stored with a checkpoint. */
  marks(): LineMarks {
    return eachLineFile((name) => this.lines[name].mark());
  }

  /**
   * pid.jsonl with the line of the reported atoms.
   * @throws InputError when what was written before is not on disk
   */
  async pidLines(): Promise<Buffer> {
    const name = runFiles.pidByEpoch;
    return Buffer.concat([await readToMark(this.folder, name, this.lines[name].mark()), Buffer.from(this.reported)]);
  }

  private atomsOf({ phase, epoch, pid, fusionWeights, averagedOver, stableEpochs }: AtomsRecord): PidLine {
    const { information, atoms, standardErrors, flags } = pid;
    const weights = namedWeights(this.terms, fusionWeights);
    return { phase, epoch, information, atoms, standardErrors, flags, weights, averagedOver, stableEpochs };
  }

  private atomsEvent(record: AtomsRecord): void {
    this.appendEvent(this.events.atoms(this.atomsOf(record)));
  }

  private append<N extends LineFileName>(file: N, value: Stored<(typeof lineSchemas)[N]>): void {
    const text = this.lines[file].line(encoded(lineSchemas[file], value, file));
    this.write(() => this.folder.appendText(file, text));
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
