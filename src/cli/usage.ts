import { nearest } from "../config/nearest.js";

/** Commands whose `--set` changes keys of a config. */
const configCommands = ["train", "crossval", "ablate", "select"];

/**
 * What is said of a first word that is no command, with `--help` beside it too; null where it is one, or an option.
 * @param commands names of the commands that exist
 */
export function unknownCommand([command]: readonly string[], commands: readonly string[]): string | null {
  // yargs completes a shell's line under this name.
  if (command === undefined || command.startsWith("-") || commands.includes(command)) return null;
  const near = nearest(command, commands);
  const hint = near === undefined ? `There is: ${commands.join(", ")}.` : `Did you mean ${near}?`;
  return `there is no command "${command}". ${hint}`;
}

/**
 * A usage error of the argument parser, and the help to turn to: the lines of a message.
 * @param message  the parser's own words
 * @param commands names of the commands that exist
 */
export async function usageMessage(
  message: string,
  args: readonly string[],
  commands: readonly string[],
): Promise<string[]> {
  const line = message.replace(/\s*\n\s*/g, " ");
  const [command] = args;
  if (command === undefined || command.startsWith("-")) return [line, "See `pidreg --help`."];
  if (!commands.includes(command)) return [line, "See `pidreg --help`."];
  return [line, ...(await optionHints(line, command)), `See \`pidreg ${command} --help\`.`];
}

/** For options that do not exist what is likely to be meant: keys of the config, where the command has one. */
async function optionHints(line: string, command: string): Promise<string[]> {
  const names = /^Unknown arguments? or options?: (.*)$/.exec(line)?.[1].split(", ") ?? [];
  if (names.length === 0 || !configCommands.includes(command)) return [];
  const [{ meantKeys }, { configKeys }] = await Promise.all([
    import("../config/other-names.js"),
    import("../config/reference.js"),
  ]);
  const paths = [...new Set(configKeys().map(({ path }) => path))];
  return names.flatMap((name) => {
    const meant = meantKeys(name, paths);
    if (meant.length === 0) return [];
    return [`For --${name} there is a key of the config: ${meant.map((path) => `--set ${path}=..`).join(", ")}`];
  });
}
