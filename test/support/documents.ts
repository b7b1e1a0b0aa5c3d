import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Every document that a user reads, by its path in the checkout. */
export const documents = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(path.join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

export function readDocument(file: string): string {
  return readFileSync(path.join(root, file), "utf8");
}

/** The first YAML block of a document that begins with this line. */
export function yamlBlock(file: string, beginning: string): string {
  const blocks = [...readDocument(file).matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block]) => block);
  const found = blocks.find((block) => block.startsWith(beginning));
  if (found === undefined) throw new Error(`${file}: no YAML block begins with "${beginning}"`);
  return found;
}

/** A command that a document shows. */
export interface ShownCommand {
  /** As the document has it, without `npx` before pidreg and without a comment. */
  readonly text: string;
  /** The words that a shell would pass, the program first. */
  readonly words: readonly string[];
}

const programs =
  "(?:npx|npm|node|pidreg|tensorboard|git|curl|wget|pip3?|python3?|docker|cd|cp|mv|rm|mkdir|export|tar|unzip|gunzip|bash|sh" +
  "|sudo|brew|apt(?:-get)?|conda|Rscript|yarn|pnpm)";

/**
 * The commands of a document: from indented blocks, from fenced blocks of a shell, and from `code` in sentences. In a
 * sentence a program with one word after it, `pidreg evaluate`, is a name and no command.
 */
export function shownCommands(text: string): ShownCommand[] {
  const joined = text.replaceAll("\\\n", " ");
  const all = (pattern: RegExp) => [...joined.matchAll(pattern)].map(([, found]) => found);
  const fenced = all(/^```(?:sh|bash|shell|console|zsh|powershell)\n([\s\S]*?)^```/gm).flatMap((block) =>
    block.split("\n").map((line) => line.replace(/^\$ /, "")),
  );
  const inSentences = all(new RegExp(`\`(${programs} [^\`\\n]*)\``, "g")).filter((command) => /\s\S+\s/.test(command));
  return [...all(new RegExp(`^ {4}(${programs} [\\w.-].*)$`, "gm")), ...fenced, ...inSentences].flatMap(commandsOf);
}

/** The commands of a line. */
function commandsOf(line: string): ShownCommand[] {
  const words = shellWords(line);
  const commands: string[][] = [[]];
  for (const word of words) {
    if (word === "&&") commands.push([]);
    else commands[commands.length - 1].push(word);
  }
  return commands
    .map((command) => (command[0] === "npx" && command[1] === "pidreg" ? command.slice(1) : command))
    .filter((command) => command.length > 0)
    .map((command) => ({ text: command.join(" "), words: command }));
}

/** Splits as a shell does: quotes group, an unquoted # begins a comment. */
function shellWords(command: string): string[] {
  const words: string[] = [];
  for (const [word] of command.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)) {
    if (word.startsWith("#")) break;
    words.push(word.replaceAll(/["']/g, ""));
  }
  return words;
}
