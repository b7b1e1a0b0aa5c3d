/** Exit codes: 0 done, 1 a run failed, 2 bad usage, config or data; 130 interrupted, as shells expect. */
const codes: Readonly<Record<string, number>> = { InputError: 2, RunError: 1, Interrupted: 130 };

/**
 * Ends the process with one clear message on stderr.
 * @param failure an error, or the message of a usage error
 * @param args    command line, for `--verbose`
 */
export function exitWith(failure: Error | string, args: readonly string[]): never {
  const verbose = args.includes("--verbose");
  if (typeof failure === "string") {
    process.stderr.write(`pidreg: ${failure}\nSee \`pidreg --help\`.\n`);
    process.exit(2);
  }
  const code = codes[failure.name];
  if (code === undefined || verbose) process.stderr.write(`${failure.stack}\n`);
  else process.stderr.write(`pidreg: ${failure.message}\n`);
  if (code === undefined) {
    process.stderr.write("This is a defect of pidreg, not of your input. Please report it with the lines above.\n");
  }
  // yargs reports its own usage errors as YError.
  process.exit(code ?? (failure.name === "YError" ? 2 : 1));
}
