import { vi } from "vitest";
import yargs, { type CommandModule } from "yargs";
import { parserOptions } from "../../src/cli/parser-options.js";

/** Runs a command in this process as the command line would. @param words its name and arguments; returns what it prints and tells */
export async function runCommand<T>(
  command: CommandModule<object, T>,
  words: readonly string[],
): Promise<{ readonly printed: string; readonly told: string }> {
  const stdout = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const text = ({ mock }: { mock: { calls: readonly (readonly unknown[])[] } }) =>
    mock.calls.map(([each]) => String(each)).join("");
  try {
    await yargs([...words])
      .command(command)
      .strict()
      .parserConfiguration(parserOptions)
      .fail((message, error) => {
        throw error ?? new Error(message);
      })
      .parseAsync();
    return { printed: text(stdout), told: text(stderr) };
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
}
