import type { RunWarning } from "../record/run-schemas.js";

/** Sentences as warnings of one kind. */
export function coded(code: string, texts: readonly string[]): RunWarning[] {
  return texts.map((text) => ({ code, text }));
}
