import type { Validation } from "./task.js";

/** The number that is shown beside the validation loss of an epoch. */
export interface ShownError {
  readonly name: string;
  readonly value: number;
  /** Whether it is in standard deviations of each target, the mean over several. */
  readonly relative: boolean;
}

/** Of the numbers beside the loss the relative one where there is one; null where there are none. */
export function shownError(validation: Validation): ShownError | null {
  const names = Object.keys(validation).filter((name) => name !== "loss");
  const name = names.find(isRelative) ?? names[0];
  return name === undefined ? null : { name, value: validation[name], relative: isRelative(name) };
}

/** Name of the relative error of several targets: `relativeRmse` of `rmse`. */
export function relativeName(key: string): string {
  return `relative${key[0].toUpperCase()}${key.slice(1)}`;
}

function isRelative(name: string): boolean {
  return /^relative[A-Z]/.test(name);
}
