import { isSystemError } from "../files/write-error.js";

/** Exit codes: 0 done, 1 a run failed, 2 bad usage, config or data; 130 interrupted, as shells expect. */
const codes: Readonly<Record<string, number>> = { InputError: 2, RunError: 1, Interrupted: 130 };

/**
 * Ends the process with one clear message on stderr.
 * @param args command line, for `--verbose`
 */
export function exitWith(failure: Error, args: readonly string[]): never {
  const code = codes[failure.name] ?? (isSystemError(failure) ? codes.RunError : undefined);
  const text = code === undefined || args.includes("--verbose") ? failure.stack : `pidreg: ${failure.message}`;
  process.stderr.write(`${text}\n`);
  if (code === undefined) {
    process.stderr.write("This is a defect of pidreg, not of your input. Please report it with the lines above.\n");
  }
  process.exit(code ?? 1);
}

/**
 * A usage error of the argument parser, on one line, with the help to turn to.
 * @param message  the parser's own words
 * @param commands names of the commands that exist
 */
export function usageMessage(message: string, args: readonly string[], commands: readonly string[]): string {
  const line = message.replace(/\s*\n\s*/g, " ");
  const [command] = args;
  if (command === undefined || command.startsWith("-")) return `${line}\nSee \`pidreg --help\`.`;
  if (commands.includes(command)) return `${line}\nSee \`pidreg ${command} --help\`.`;
  const hint = line.startsWith("Did you mean") ? line : `There is: ${commands.join(", ")}.`;
  return `there is no command "${command}". ${hint}`;
}
