import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import type { Finished } from "./command.js";

const script = fileURLToPath(new URL("warm-process.mjs", import.meta.url));
/** Commands that a process runs before another takes its place: what they leave in memory adds up. */
const atMost = 60;

/**
 * A process that runs one command after another. To start one loads some hundred modules, which takes longer than most
 * commands that tests run.
 */
class Warm {
  private child: ChildProcess | null = null;
  private left = 0;
  private last: Promise<unknown> = Promise.resolve();

  /** Runs `pidreg` with these words in a folder, after those that were asked for before. */
  run(args: readonly string[], cwd: string): Promise<Finished> {
    const result = this.last.then(() => this.ask(args, cwd));
    this.last = result.catch(() => undefined);
    return result;
  }

  private ask(args: readonly string[], cwd: string): Promise<Finished> {
    const child = this.process();
    return new Promise((resolve, reject) => {
      const ended = (code: number | null, signal: string | null) => {
        this.child = null;
        reject(new Error(`the process that ran pidreg ${args.join(" ")} ended with ${signal ?? code}`));
      };
      child.once("exit", ended);
      child.once("message", (finished) => {
        child.off("exit", ended);
        resolve(finished as Finished);
      });
      child.send({ args, cwd });
    });
  }

  private process(): ChildProcess {
    if (this.child !== null && this.left-- > 0) return this.child;
    this.end();
    this.left = atMost;
    this.child = fork(script, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    return this.child;
  }

  end(): void {
    this.child?.kill();
    this.child = null;
  }
}

const warm = new Warm();
afterAll(() => warm.end());

/** Runs `pidreg` to its end, in a process that has run others before and runs others after. */
export function pidregWarm(args: readonly string[], cwd: string): Promise<Finished> {
  return warm.run(args, cwd);
}
