/* The summarise.mjs of a study: its results.jsonl as tables in the section `results` of its README.md. */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readResults } from "./pool.mjs";
import { fillSection } from "./statistics.mjs";

/**
 * @param url       of the study's script; its folder holds README.md and results.jsonl
 * @param summarise from results to Markdown
 */
export async function writeSummary(url, summarise) {
  const here = (name) => fileURLToPath(new URL(name, url));
  const { values: options } = parseArgs({
    options: {
      results: { type: "string", default: here("results.jsonl") },
      print: { type: "boolean", default: false },
    },
  });
  const text = summarise(await readResults(options.results));
  if (!options.print) {
    const readme = here("README.md");
    await writeFile(readme, fillSection(await readFile(readme, "utf8"), "results", text));
  }
  process.stdout.write(`${text}\n`);
}
