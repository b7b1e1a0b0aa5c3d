import { describe, expect, it } from "vitest";
import { Interrupted } from "../errors.js";
import { interruptedCode, withSignals } from "./signals.js";

const interrupted = (signal: NodeJS.Signals) =>
  withSignals(
    (stop) =>
      new Promise((_, reject) => {
        stop.addEventListener("abort", () => reject(new Interrupted("stopped")));
        process.emit(signal);
      }),
  );

describe("a command that a signal interrupts", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const)("after %s ends with %i", async (signal, code) => {
    const before = process.listenerCount(signal);
    await expect(interrupted(signal)).rejects.toThrow("stopped");
    expect(interruptedCode()).toBe(code);
    expect(process.listenerCount(signal)).toBe(before);
  });
});
