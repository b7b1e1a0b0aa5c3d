import { beforeAll, describe, expect, it } from "vitest";
import { pidreg, requireBuild, scratchFolder } from "../support/command.js";
import { hostileCases } from "../support/hostile-cases.js";
import { prepareHostile } from "../support/hostile-text.js";

const folder = scratchFolder();

beforeAll(async () => {
  await requireBuild();
  await prepareHostile(folder);
});

/** The first character that a terminal must not be sent, and what stands around it. */
function harm(text: string): string | null {
  const bad = /[^\P{C}\n]|[\p{Zl}\p{Zp}]/u.exec(text);
  if (bad !== null) return JSON.stringify(text.slice(Math.max(0, bad.index - 80), bad.index + 20));
  return /^FORGED/m.test(text) ? "a line of its own" : null;
}

describe("what tables, files and arguments hold reaches the terminal harmlessly", () => {
  it.concurrent.each(hostileCases)("%s", { timeout: 120_000 }, async (_name, expected, args) => {
    const { code, stdout, stderr } = await pidreg(args, folder);
    expect(harm(stdout), "stdout").toBeNull();
    expect(harm(stderr), "stderr").toBeNull();
    expect(code, stderr).toBe(expected);
    if (args.includes("--json") || args.includes("--covariance")) if (code === 0) JSON.parse(stdout);
  });
});
