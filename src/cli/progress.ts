import { Presets, SingleBar } from "cli-progress";
import type { EpochRecord, PhaseName, TrainingObserver } from "../training/observer.js";

const titles: Record<PhaseName, string> = {
  "pilot:plain": "Pilot, raw features",
  "pilot:periodic": "Pilot, periodic embeddings",
  stage1: "Stage 1, fusion weights",
  stage2: "Stage 2, end to end",
};

/** Progress of training on stderr: a bar with ETA on a terminal, one plain line per epoch otherwise. */
export class TrainingProgress implements TrainingObserver {
  private bar: SingleBar | null = null;

  constructor(
    private readonly stream: NodeJS.WriteStream = process.stderr,
    private readonly quiet = false,
  ) {}

  phase(name: PhaseName, maxEpochs: number): void {
    this.stop();
    if (this.quiet || !this.stream.isTTY) return;
    const format = `${titles[name].padEnd(27)} {bar} {value}/{total}  rmse {rmse}  eta {eta_formatted}`;
    const options = { format, stream: this.stream, hideCursor: true, barsize: 24, etaBuffer: 5 };
    this.bar = new SingleBar(options, Presets.rect);
    this.bar.start(maxEpochs, 0, { rmse: "-" });
  }

  epoch(record: EpochRecord, maxEpochs: number): void {
    if (this.quiet) return;
    const rmse = record.validation.rmse.toPrecision(4);
    if (this.bar !== null) {
      this.bar.update(record.epoch, { rmse });
      return;
    }
    const loss = record.terms.total.value.toPrecision(4);
    this.line(
      `${record.phase} ${record.epoch}/${maxEpochs}  loss ${loss}  validation rmse ${rmse}${record.best ? " *" : ""}` +
        `  ${record.seconds.toFixed(1)} s`,
    );
  }

  message(text: string): void {
    if (this.quiet) return;
    this.stop();
    this.line(text);
  }

  /** Ends a bar that is still drawn. */
  stop(): void {
    this.bar?.stop();
    this.bar = null;
  }

  private line(text: string): void {
    this.stream.write(`${text}\n`);
  }
}
