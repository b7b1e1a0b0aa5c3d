import type { DecodingProgress } from "../data/rows.js";

/** Milliseconds from line to line. */
const pause = 5000;
/** Files that are decoded without a word. */
const few = 100;

/** How far decoding is, a line every few seconds: `photo: 1200 of 50000 files decoded, 2400 a second`. */
export class DecodingLines {
  private started = 0;
  private last = 0;
  /** Modality and deed of the last line. */
  private work: string | null = null;

  /** @param line writes one */
  constructor(private readonly line: (text: string) => void) {}

  /** @param done files of `total` (null: nobody knows how many there are) that are decoded, or with which `what` is done */
  told(modality: string, done: number, total: number | null, what = "files decoded"): void {
    const now = performance.now();
    const work = `${modality}: ${what}`;
    if (this.work !== work) {
      this.work = work;
      this.started = now;
      this.last = now;
    }
    const ended = done === total && done > few;
    if (!ended && now - this.last < pause) return;
    this.last = now;
    const seconds = (now - this.started) / 1000;
    const speed = seconds > 0 && done > 0 ? `, ${Math.max(1, Math.round(done / seconds))} a second` : "";
    this.line(`${modality}: ${done}${total === null ? "" : ` of ${total}`} ${what}${speed}`);
  }
}

/** The same where nothing else is told of progress. */
export function decodingTold(line: (text: string) => void): DecodingProgress {
  const lines = new DecodingLines(line);
  return (modality, done, total, what) => lines.told(modality, done, total, what);
}
