import { Interrupted, RunError } from "../errors.js";
import { isSystemError } from "../files/write-error.js";
import { shown } from "../shown.js";
import { interruptedCode } from "./signals.js";
import { tellLines } from "./terminal.js";

/** Exit codes: 0 done, 1 a run failed, 2 bad usage, config or data; 130 after Ctrl-C and 143 after SIGTERM, as shells expect. */
const codes: Readonly<Record<string, number>> = { InputError: 2, RunError: 1 };

/**
 * Ends the process with one clear message on stderr.
 * @param args command line, for `--verbose`
 */
export function exitWith(failure: Error, args: readonly string[]): never {
  const own = ownCode(failure);
  const code = own ?? (isSystemError(failure) ? codes.RunError : undefined);
  // Our own errors escaped what they quote, and may have several lines; others say what they were given.
  const message = own !== undefined ? failure.message : shown(failure.message);
  const withStack = code === undefined || args.includes("--verbose");
  tellLines(withStack ? stackWith(failure, message) : `pidreg: ${message}`);
  if (code === undefined) {
    tellLines("This is a defect of pidreg, not of your input. Please report it with the lines above.");
  }
  process.exit(code ?? 1);
}

function ownCode(failure: Error): number | undefined {
  if (failure instanceof RunError) return failure.exitCode;
  return failure instanceof Interrupted ? interruptedCode() : codes[failure.name];
}

function stackWith(failure: Error, message: string): string {
  const { stack } = failure;
  return stack === undefined ? message : stack.replace(failure.message, () => message);
}
