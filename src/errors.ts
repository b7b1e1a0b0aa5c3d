/** Input that the user can mend: a file, a column, a config value, a flag. The command line exits with 2. */
export class InputError extends Error {
  override readonly name = "InputError";
}

/** A run that started from good input and failed: divergence, too little data for an estimate. Exits with 1. */
export class RunError extends Error {
  override readonly name = "RunError";
}
