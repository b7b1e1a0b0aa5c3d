import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createExclusively } from "./create-exclusively.js";

const links = vi.hoisted(() => ({ code: "", answerLost: false }));
vi.mock("node:fs", async (original) => {
  const real = await original<typeof import("node:fs")>();
  const failure = (code: string) => Object.assign(new Error(`${code}: injected, link`), { code, syscall: "link" });
  return {
    ...real,
    linkSync: (from: string, to: string) => {
      if (links.code !== "") throw failure(links.code);
      real.linkSync(from, to);
      if (links.answerLost) throw failure("EEXIST");
    },
  };
});

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), "pidreg-exclusive-"));
});
afterEach(() => {
  links.code = "";
  links.answerLost = false;
  fs.rmSync(folder, { recursive: true, force: true });
});

describe("createExclusively", () => {
  it.each(["", "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EISDIR"])(
    "creates a file once, with its content, where a hard link gives %j",
    (code) => {
      links.code = code;
      const file = join(folder, "lock");
      const before = Date.now();
      const { created, now } = createExclusively(file, "first");
      expect(created).toBe(true);
      expect(Math.abs(now - before)).toBeLessThan(60_000);
      expect(createExclusively(file, "second").created).toBe(false);
      expect(fs.readFileSync(file, "utf8")).toBe("first");
      expect(fs.readdirSync(folder)).toEqual(["lock"]);
    },
  );

  it("knows its own file where a network disk made the link and lost the answer", () => {
    links.answerLost = true;
    const file = join(folder, "lock");
    expect(createExclusively(file, "mine").created).toBe(true);
    links.answerLost = false;
    expect(createExclusively(file, "other").created).toBe(false);
    expect(fs.readFileSync(file, "utf8")).toBe("mine");
  });

  it("says what the system says where nothing can be created", () => {
    expect(() => createExclusively(join(folder, "none", "lock"), "text")).toThrow("ENOENT");
  });
});
