import { shown } from "./shown.js";

/**
 * Input that the user can mend: a file, a column, a config value, a flag. The command line exits with 2. What the message
 * quotes from outside cannot steer a terminal or begin a line; a message of several lines is given as a list of them.
 */
export class InputError extends Error {
  override readonly name = "InputError";

  constructor(message: string | readonly string[], options?: ErrorOptions) {
    super(lines(message), options);
  }
}

/** Work that stopped because its abort signal fired. A training's last checkpoint holds the last whole epoch. Exits with 130, or 143 where SIGTERM ended it. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";

  constructor(message: string) {
    super(shown(message));
  }
}

/**
 * A run that started from good input and failed: divergence, too little data for an estimate. Exits with 1; where a signal
 * from outside ended a process that it needed, with 128 and the number of the signal, as a shell says it.
 */
export class RunError extends Error {
  override readonly name = "RunError";
  readonly exitCode: number;

  constructor(message: string | readonly string[], options: ErrorOptions & { readonly exitCode?: number } = {}) {
    super(lines(message), options);
    this.exitCode = options.exitCode ?? 1;
  }
}

function lines(message: string | readonly string[]): string {
  return [message].flat().map(shown).join("\n");
}
