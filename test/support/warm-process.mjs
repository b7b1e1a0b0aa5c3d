// Runs one command line after another as `bin/pidreg.js` would, each to its end; test/support/warm.ts asks for them.
import { fileURLToPath } from "node:url";
import { runCommandLine } from "../../dist/cli/run-command-line.js";

const program = fileURLToPath(new URL("../../bin/pidreg.js", import.meta.url));
const real = { out: process.stdout.write, err: process.stderr.write, exit: process.exit };

/** What `process.exit` throws here: the command ends, the process stays. */
class Exit extends Error {
  constructor(code) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/** Takes what is written to a stream until the command has ended. */
function take(stream, written) {
  stream.write = (chunk, encoding, done) => {
    written.push(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
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
  process.exit = (code) => {
    throw new Exit(code ?? process.exitCode ?? 0);
  };
  take(process.stdout, stdout);
  take(process.stderr, stderr);
  let code;
  // What fails outside the promise, in a callback, ends the command too.
  const outside = new Promise((_, reject) => process.once("uncaughtException", reject));
  try {
    await Promise.race([runCommandLine(args), outside]);
    code = process.exitCode ?? 0;
  } catch (error) {
    code = error instanceof Exit ? error.code : 1;
    if (!(error instanceof Exit)) stderr.push(`${error?.stack ?? error}\n`);
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
