import { joinWords } from "../../report/text.js";
import { shown } from "../../shown.js";
import { paragraph, type TextBlock } from "../text-blocks.js";

const mark = "WARNING: ";

/** What each run says of the table, every sentence once, behind the letters of the runs that say it. */
export function messagesByRun(runs: readonly { readonly letter: string; readonly messages: readonly string[] }[]) {
  const sayers = new Map<string, string[]>();
  for (const { letter, messages } of runs) {
    for (const message of new Set(messages)) sayers.set(message, [...(sayers.get(message) ?? []), letter]);
  }
  return Array.from(sayers, ([message, letters]) => {
    const warns = message.startsWith(mark);
    const text = warns ? message.slice(mark.length) : message;
    return `${warns ? mark : ""}${joinWords(letters)}: ${text}`;
  });
}

/** Those sentences for a terminal and a page, warnings first. */
export function messageBlocks(messages: readonly string[]): TextBlock[] {
  const warnings = messages.filter((text) => text.startsWith(mark)).map((text) => shown(text.slice(mark.length)));
  const others = messages.filter((text) => !text.startsWith(mark)).map(shown);
  return [
    ...warnings.map((text): TextBlock => ({ kind: "warning", text })),
    ...(others.length === 0 ? [] : [{ kind: "list", items: others } as const]),
  ];
}

/** The same for the reading of a page, where a warning is a paragraph. */
export function withoutWarningBlocks(blocks: readonly TextBlock[]): TextBlock[] {
  return blocks.flatMap((block) => (block.kind === "warning" ? paragraph(`Warning: ${block.text}`) : [block]));
}

/** What table that is: whether rows of it trained, or chose, the models. */
export function tableWords(models: readonly { readonly letter: string; readonly trainedOn: number | null }[]): string {
  const trained = models.filter(({ trainedOn }) => trainedOn !== null && trainedOn > 0);
  if (trained.length > 0) return `on a table with rows that trained or chose ${lettersOf(trained)}`;
  const unknown = models.filter(({ trainedOn }) => trainedOn === null);
  if (unknown.length === 0) return "on a table that trained none of them";
  return `on a table; whether rows of it trained ${lettersOf(unknown)} is not known`;
}

function lettersOf(models: readonly { readonly letter: string }[]): string {
  return joinWords(models.map(({ letter }) => letter));
}
