// Runs one command line after another as `bin/pidreg.js` would, each to its end; test/support/warm.ts asks for them.
import { fileURLToPath } from "node:url";
import { runCommandLine } from "../../dist/cli/run-command-line.js";

const program = fileURLToPath(new URL("../../bin/pidreg.js", import.meta.url));
const real = { out: process.stdout.write, err: process.stderr.write, exit: process.exit };

/** What `process.exit` throws here: the command ends, the process stays. */
class Exit extends Error {
  constructor(code) {
    super(`exit ${code}`);
  }
}

/** Takes what is written to a stream until the command has ended; nothing that is written after it. */
function take(stream, written, hasEnded) {
  stream.write = (chunk, encoding, done) => {
    if (!hasEnded()) written.push(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
    const called = typeof encoding === "function" ? encoding : done;
    if (called !== undefined) process.nextTick(called);
    return true;
  };
}

/** Runs what a command left to be done when its process ends. */
function leave(listeners, code) {
  for (const listener of process.listeners("exit").filter((each) => !listeners.includes(each))) {
    process.off("exit", listener);
    listener.call(process, code);
  }
}

async function run({ args, cwd }) {
  const stdout = [];
  const stderr = [];
  const listeners = process.listeners("exit");
  process.chdir(cwd);
  process.argv = [process.execPath, program, ...args];
  process.exitCode = undefined;
  let code;
  // Whoever asks for the end may catch what is thrown in its place: the first one counts.
  process.exit = (asked) => {
    code ??= asked ?? process.exitCode ?? 0;
    throw new Exit(code);
  };
  const hasEnded = () => code !== undefined;
  take(process.stdout, stdout, hasEnded);
  take(process.stderr, stderr, hasEnded);
  // What fails outside the promise, in a callback, ends the command too.
  const outside = new Promise((_, reject) => process.once("uncaughtException", reject));
  try {
    await Promise.race([runCommandLine(args), outside]);
    code ??= process.exitCode ?? 0;
  } catch (error) {
    if (!hasEnded()) stderr.push(`${error?.stack ?? error}\n`);
    code ??= 1;
  } finally {
    leave(listeners, code);
    process.removeAllListeners("uncaughtException");
    process.stdout.write = real.out;
    process.stderr.write = real.err;
    process.exit = real.exit;
    process.exitCode = undefined;
  }
  return { code, stdout: stdout.join(""), stderr: stderr.join("") };
}

process.on("message", async (request) => process.send(await run(request)));
