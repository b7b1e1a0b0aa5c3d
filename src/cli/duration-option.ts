import { durationMs } from "../config/duration.js";
import { InputError } from "../errors.js";

/**
 * Seconds of a length of time as it is typed, where `m` is minutes.
 * @param option for the message: "--budget"
 * @throws InputError for a text that is no length of time
 */
export function typedSeconds(option: string, text: string): number {
  const milliseconds = durationMs(text.replace(/m$/, "min"));
  if (milliseconds !== undefined && milliseconds > 0) return milliseconds / 1000;
  throw new InputError(`${option} ${text}: expected a length of time, as 90s, 30m or 2h`);
}
