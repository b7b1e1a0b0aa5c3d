import { describe, expect, it } from "vitest";
import { Interrupted } from "../errors.js";
import { interruptedCode, withSignals } from "./signals.js";

/** Work that is interrupted as by a signal; other listeners of this process are left alone. */
function interrupted(signal: "SIGINT" | "SIGTERM"): Promise<unknown> {
  const others = new Set(process.listeners(signal));
  return withSignals(
    (stop) =>
      new Promise((_, reject) => {
        stop.addEventListener("abort", () => reject(new Interrupted("stopped")));
        for (const own of process.listeners(signal)) if (!others.has(own)) own(signal);
      }),
  );
}

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
