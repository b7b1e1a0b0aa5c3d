import { MultiBar, Presets, type SingleBar } from "cli-progress";
import { RemainingTime } from "../report/remaining-time.js";
import { printable, shown } from "../shown.js";
import type { AtomsRecord, EpochRecord, PhaseName, PlannedPhase, TrainingObserver } from "../training/observer.js";
import { DecodingLines } from "./decoding-lines.js";
import { epochDetails, epochHeader, epochRow, phaseTitles } from "./epoch-table.js";
import { type Style, styleOf } from "./style.js";
import { terminalWidth } from "./table.js";

/** quiet: nothing but warnings; verbose: every epoch with all its numbers. */
export type ProgressLevel = "quiet" | "normal" | "verbose";

/** Rows per phase on a terminal, where the bar shows the epochs between. */
const rowsPerPhase = 10;

export function progressLevel({ quiet, verbose }: { quiet: boolean; verbose: boolean }): ProgressLevel {
  if (quiet) return "quiet";
  return verbose ? "verbose" : "normal";
}

/**
 * Progress of training on stderr: a table of epochs, and on a terminal below it a bar over the whole run with the time
 * that is left. Without a terminal there is a row per epoch and no control code.
 */
export class TrainingProgress implements TrainingObserver {
  private readonly style: Style;
  private readonly remaining = new RemainingTime();
  private bars: MultiBar | null = null;
  private bar: SingleBar | null = null;
  private atomsOfEpoch: AtomsRecord | null = null;
  /** The last epoch where it has no row yet. */
  private unshown: string | null = null;
  private readonly decoded = new DecodingLines((text) => this.line(shown(text), this.style.dim));
  private title = "";
  private targets = 1;
  private error = "error";
  /** Messages that were shown, so that what ends up in the results is not told twice. */
  readonly told = new Set<string>();

  constructor(
    private readonly stream: NodeJS.WriteStream = process.stderr,
    private readonly level: ProgressLevel = "normal",
  ) {
    this.style = styleOf(stream);
  }

  decoding(modality: string, done: number, total: number | null, what?: string): void {
    if (this.level !== "quiet") this.decoded.told(modality, done, total, what);
  }

  plan(phases: readonly PlannedPhase[], targets: number, error: string): void {
    this.error = error;
    this.targets = targets;
    this.remaining.plan(phases);
  }

  phase(name: PhaseName, maxEpochs: number): void {
    if (this.level === "quiet") return;
    this.showLast();
    this.remaining.phase(name);
    this.title = phaseTitles[name];
    this.line(`${this.title}: at most ${maxEpochs} epochs`, this.style.bold);
    this.line(epochHeader(this.targets, this.error), this.style.dim);
    this.draw(`0/${maxEpochs}`);
  }

  atoms(record: AtomsRecord): void {
    this.atomsOfEpoch = record;
  }

  epoch(record: EpochRecord, maxEpochs: number): void {
    const atoms = this.atomsOfEpoch;
    this.atomsOfEpoch = null;
    if (this.level === "quiet") return;
    const stable = atoms === null ? {} : { stableEpochs: atoms.stableEpochs };
    this.remaining.done(record.epoch, record.seconds, { best: record.best, ...stable });
    const row = epochRow(record, { maxEpochs, atoms, left: this.remaining.left() });
    this.unshown = row;
    if (this.showsRow(record.epoch, maxEpochs)) this.showLast();
    if (this.level === "verbose") this.line(epochDetails(record, atoms));
    this.draw(`${record.epoch}/${maxEpochs}`);
  }

  message(text: string): void {
    if (this.level !== "quiet") this.tell(text);
  }

  /** Shown at every level: it is about what the whole run is worth. */
  warning(text: string): void {
    this.told.add(text);
    this.showLast();
    this.line(shown(`WARNING: ${text}`), this.style.bold);
  }

  /** Ends a bar that is still drawn. */
  stop(): void {
    this.showLast();
    // The last lines are written by an update only.
    this.bars?.update();
    this.bars?.stop();
    this.bars = null;
    this.bar = null;
  }

  private tell(text: string): void {
    this.told.add(text);
    this.showLast();
    this.line(shown(text));
  }

  private showsRow(epoch: number, maxEpochs: number): boolean {
    if (!this.hasBar() || this.level === "verbose") return true;
    return epoch === 1 || epoch % Math.ceil(maxEpochs / rowsPerPhase) === 0;
  }

  private showLast(): void {
    if (this.unshown !== null) this.line(this.unshown);
    this.unshown = null;
  }

  private hasBar(): boolean {
    return this.stream.isTTY && this.stream.columns >= terminalWidth && process.env.TERM !== "dumb";
  }

  /** Windows' older terminals have no block characters, hence `=` and `-`. */
  private draw(epochs: string): void {
    if (!this.hasBar()) return;
    const times = this.remaining.left();
    const left = times === null ? "" : `about ${times.likely}, max ${times.most}`;
    const shown = { title: this.title, epochs, left };
    if (this.bars === null) {
      const format = "{title} {epochs} [{bar}] {percentage}% {left}";
      const options = { format, stream: this.stream, barsize: 8, linewrap: true, gracefulExit: false };
      this.bars = new MultiBar({ ...options, clearOnComplete: true }, Presets.legacy);
      this.bar = this.bars.create(100, 0, shown);
    }
    this.bar?.update(Math.floor(100 * this.remaining.share()), shown);
  }

  private line(text: string, styled = (harmless: string) => harmless): void {
    const line = `${styled(printable(text))}\n`;
    if (this.bars === null) this.stream.write(line);
    else this.bars.log(line);
  }
}
