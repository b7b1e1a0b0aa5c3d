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

/**
 * The `pidreg ...` commands of a document, each as the words a shell would pass: from indented blocks, and from `code`
 * in sentences when it has no PLACEHOLDER in capitals. A command alone, `pidreg evaluate`, is a name.
 */
export function pidregCommands(text: string): string[][] {
  const all = (pattern: RegExp) => [...text.replaceAll("\\\n", " ").matchAll(pattern)].map(([, command]) => command);
  const inSentences = all(/`(?:npx )?pidreg ([a-z][^`\n]*)`/g);
  const whole = inSentences.filter((command) => /\s/.test(command) && !/\b[A-Z]{3,}\b|path\.to\./.test(command));
  return [...all(/^ {4}(?:npx )?pidreg ([a-z].*)$/gm), ...whole].map(shellWords);
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
