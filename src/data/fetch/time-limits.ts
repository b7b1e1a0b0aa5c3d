/** How long a download may take. */
export interface TimeLimits {
  /** Longest silence of the server, milliseconds. Default 30 seconds. */
  readonly silenceMs?: number;
  /** Longest download of one file, milliseconds. Default 30 minutes. */
  readonly totalMs?: number;
}

/** Fires when nothing was heard for a while, or when everything takes too long. */
export class TimeWatch {
  private readonly controller = new AbortController();
  private readonly silenceMs: number;
  private readonly total: NodeJS.Timeout;
  private silence: NodeJS.Timeout;
  private why: string | null = null;

  constructor({ silenceMs = 30_000, totalMs = 30 * 60_000 }: TimeLimits) {
    this.silenceMs = silenceMs;
    this.silence = this.listen();
    const limit = totalMs < 60_000 ? `${totalMs / 1000} s` : `${totalMs / 60_000} min`;
    this.total = setTimeout(() => this.fire(`it took more than ${limit}; --time-limit allows more`), totalMs);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Why it fired; null while it did not. */
  get reason(): string | null {
    return this.why;
  }

  /** The server sent something. */
  heard(): void {
    clearTimeout(this.silence);
    this.silence = this.listen();
  }

  stop(): void {
    clearTimeout(this.silence);
    clearTimeout(this.total);
  }

  private listen(): NodeJS.Timeout {
    return setTimeout(() => this.fire(`the server sent nothing for ${this.silenceMs / 1000} s`), this.silenceMs);
  }

  private fire(reason: string): void {
    this.why ??= reason;
    this.controller.abort();
  }
}
