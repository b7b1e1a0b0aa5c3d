/** Input that the user can mend: a file, a column, a config value, a flag. The command line exits with 2. */
export class InputError extends Error {
  override readonly name = "InputError";
}

/** Work that stopped because its abort signal fired. A training's last checkpoint holds the last whole epoch. Exits with 130. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** A run that started from good input and failed: divergence, too little data for an estimate. Exits with 1. */
export class RunError extends Error {
  override readonly name = "RunError";
}
