import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { StageProgress } from "./progress.js";

/** What a stage of a group called `name` writes. */
function written(name: string, isTTY: boolean): string {
  const stream = Object.assign(new PassThrough(), {
    isTTY,
    columns: 100,
    rows: 20,
    clearLine: () => true,
    cursorTo: () => true,
  });
  const progress = new StageProgress(stream as unknown as NodeJS.WriteStream);
  progress.update(`bootstrap ${name}`, 1, 1);
  progress.message(name);
  progress.stop();
  return String(stream.read());
}

describe("progress of a decomposition", () => {
  it.each([true, false])("shows the name of a group as text, on a terminal: %s", (isTTY) => {
    const text = written("g\x1b[31m\u202e\nx{bar}", isTTY);
    for (const harm of ["\x1b[31m", "\u202e", "\nx"]) expect(text).not.toContain(harm);
    expect(text).toContain("bootstrap g\\x1b[31m\\u202e\\nx{bar}");
  });
});
