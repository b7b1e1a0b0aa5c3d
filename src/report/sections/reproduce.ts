import type { RunFiles } from "../../record/read-run.js";
import { duration } from "../duration.js";
import { html, linesOf, table } from "../html.js";
import type { Section } from "../section.js";
import { formatCount, formatNumber, plural } from "../text.js";

/** The command, when and where the run was made, versions, the checksum of the data and the resolved config. */
export function reproduceSection(run: RunFiles): Section {
  const command = run.provenance?.command ?? null;
  return {
    id: "reproduce",
    title: "How to reproduce it",
    reading: [
      html`<code>pidreg train RUN/config.yaml</code>, where RUN is this run's folder: the same data, version and engine give the
        same numbers, bit by bit. The config, every default filled in, stands below.`,
      ...(command === null ? [] : [html`It was made by <code>${command}</code>.`]),
    ],
    figures: [],
    body: html`${table(
      [
        ["provenance", "text"],
        ["", "text"],
      ],
      [...made(run), ...environment(run), ...checksums(run)],
    )}<pre tabindex="0">${linesOf(run.config)}</pre>`,
  };
}

/** When and where; what runs of earlier versions know of it. */
function made({ provenance, metrics, epochs }: RunFiles): string[][] {
  const spent = epochs.reduce((sum, { seconds = 0 }) => sum + seconds, 0);
  const learning = spent > 0 ? [["time in epochs", duration(spent)]] : [];
  if (provenance === null) {
    const { seconds } = metrics;
    return [...(seconds === undefined ? [] : [["training time", `${formatNumber(seconds)} s`]]), ...learning];
  }
  const { command, begun, finished, seconds, resumed, machine, parameters, versions } = provenance;
  const { cpu, cores, memoryGiB, platform } = machine;
  return [
    ["command", command ?? "none, a call of the library"],
    [resumed ? "resumed" : "begun", day(begun)],
    ["finished", day(finished)],
    [resumed ? "duration since it was resumed" : "duration", duration(seconds)],
    ...learning,
    ["processor", `${cpu}, ${plural(cores, "core")}`],
    ["memory", `${formatNumber(memoryGiB)} GiB`],
    ["operating system", platform],
    ["parameters of the model", formatCount(parameters)],
    ...Object.entries(versions).map(([name, version]) => [`version of ${name}`, version]),
  ];
}

/** "2026-11-29 07:25 UTC" */
function day(time: string): string {
  return `${time.slice(0, 16).replace("T", " ")} UTC`;
}

/** What the numbers depend on. */
function environment({ environment: all, provenance }: RunFiles): string[][] {
  const { pidreg, node, platform, engine, seed } = all;
  const versions = provenance === null ? { pidreg, node, platform } : {};
  const known = Object.entries({ ...versions, engine, seed });
  return known.flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]));
}

function checksums({ environment: { dataChecksum } }: RunFiles): string[][] {
  if (dataChecksum === undefined) return [];
  if (typeof dataChecksum === "string") return [["data", dataChecksum]];
  return Object.entries(dataChecksum).map(([file, sum]) => [`data: ${file}`, sum]);
}
