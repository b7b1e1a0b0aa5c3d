import { Presets, SingleBar } from "cli-progress";
import { padRight } from "../../report/text-columns.js";
import { shown } from "../../shown.js";
import { tell } from "../terminal.js";

/** Shows how far one stage is: a bar on a terminal, a plain line every few seconds otherwise. Writes to stderr only. */
export class StageProgress {
  private bar: SingleBar | null = null;
  private stage = "";
  private last = 0;

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {}

  /** @param of number of steps, or undefined when it is not known */
  update(stage: string, done: number, of?: number): void {
    if (stage !== this.stage) this.begin(stage, of);
    if (this.bar) {
      this.bar.update(done);
      if (done === of) this.stop();
      return;
    }
    const now = Date.now();
    if (now - this.last < 2000 && done !== of) return;
    this.last = now;
    const share = of === undefined ? "" : `/${of.toLocaleString("en")}`;
    tell(`${stage}: ${done.toLocaleString("en")}${share}`, this.stream);
  }

  message(text: string): void {
    this.stop();
    tell(text, this.stream);
  }

  stop(): void {
    this.bar?.stop();
    this.bar = null;
    this.stage = "";
  }

  private begin(stage: string, of?: number): void {
    this.stop();
    this.stage = stage;
    this.last = Date.now();
    if (!this.stream.isTTY) return;
    const known = of === undefined ? "{value}" : "{bar} {value}/{total}  eta {eta_formatted}";
    const options = { format: `{stage} ${known}`, stream: this.stream, hideCursor: true, barsize: 24 };
    this.bar = new SingleBar(options, Presets.rect);
    // A group of the table is part of the stage's name.
    this.bar.start(of ?? 0, 0, { stage: padRight(shown(stage), 20) });
  }
}
