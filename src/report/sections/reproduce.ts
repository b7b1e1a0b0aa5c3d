import type { RunFiles } from "../../record/read-run.js";
import { html, linesOf, table } from "../html.js";
import type { Section } from "../section.js";
import { formatNumber } from "../text.js";

/** The command, the resolved config, the versions and the checksum of the data. */
export function reproduceSection(run: RunFiles): Section {
  const { dataChecksum, digests: _digests, ...environment } = run.environment;
  const versions = Object.entries(environment).filter(([, value]) => value !== null && typeof value !== "object");
  const checksums =
    dataChecksum === undefined
      ? []
      : typeof dataChecksum === "string"
        ? [["data", dataChecksum]]
        : Object.entries(dataChecksum).map(([file, sum]) => [`data: ${file}`, sum]);
  const seconds = run.metrics.seconds;
  return {
    id: "reproduce",
    title: "How to reproduce it",
    reading: [
      html`<code>pidreg train RUN/config.yaml</code>, where RUN is this run's folder: the same data, version and engine give the
        same numbers, bit by bit. The config, every default filled in, stands below.`,
    ],
    figures: [],
    body: html`${table(
      [
        ["environment", "text"],
        ["", "text"],
      ],
      [
        ...versions.map(([key, value]) => [key, String(value)]),
        ...checksums,
        ...(seconds === undefined ? [] : [["training time", `${formatNumber(seconds)} s`]]),
      ],
    )}<pre tabindex="0">${linesOf(run.config)}</pre>`,
  };
}
