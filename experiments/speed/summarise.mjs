/*
 * The tables of README.md: node experiments/speed/summarise.mjs [--print]
 * From tried.jsonl one row per table, state of the code and setting; differences are from "before" on the same seeds.
 * From tricks.jsonl one row per table and setting; differences are from the same training without it, seed by seed.
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { isMain, readResults } from "../lib/pool.mjs";
import { fillSection } from "../lib/statistics.mjs";

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Validation error and CPU seconds of the present state, and those before by seed, as Markdown.
 * @param accuracy results of the accuracy study, trained with the code before
 */
export function summarise(lines, accuracy) {
  const trained = accuracy.map(({ study, seed, errors }) => [
    `${study} ${seed}`,
    { validation: errors.pidreg.validation.overall.rmse },
  ]);
  const before = new Map([...trained, ...lines.filter(isBefore).map((line) => [`${line.table} ${line.seed}`, line])]);
  const groups = new Map();
  for (const line of lines) {
    const key = JSON.stringify([line.table, line.label, line.set]);
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  const rows = [...groups.values()].map((group) => row(group, before));
  return [
    "| table | code | settings | seeds | validation RMSE | to before | CPU seconds | epochs: pilots, stage 1, stage 2 |",
    "|---|---|---|---|---|---|---|---|",
    ...rows.sort(),
  ].join("\n");
}

const isBefore = ({ label, set }) => label === "before" && set.length === 0;

function row(group, before) {
  const [{ table, label, set }] = group;
  const seeds = [...new Set(group.map(({ seed }) => seed))].sort((a, b) => a - b);
  const paired = group.flatMap((line) => {
    const own = before.get(`${table} ${line.seed}`);
    return own === undefined || isBefore(line) ? [] : [line.validation / own.validation - 1];
  });
  const change = paired.length === 0 ? "" : `${(100 * mean(paired)).toFixed(1)} %`;
  const settings = set.map((text) => `\`${text}\``).join("<br>");
  const seconds = group.map(({ cpuSeconds }) => cpuSeconds).filter((value) => value !== null);
  const epochs = group.map(({ phases }) => epochsOf(phases)).filter((text) => text !== "");
  return [
    "",
    ...[table, label, settings, seeds.join(", "), mean(group.map(({ validation }) => validation)).toFixed(3), change],
    ...[seconds.length === 0 ? "" : mean(seconds).toFixed(0), epochs.join("; "), ""],
  ]
    .join(" | ")
    .trim();
}

function epochsOf(phases = []) {
  const of = (name) => phases.filter((phase) => phase.name.startsWith(name)).map(({ epochs }) => epochs);
  return [of("pilot"), of("stage1"), of("stage2")]
    .map((counts) => counts.join("+"))
    .filter(Boolean)
    .join(", ");
}

/** What only makes a training cheap, the same for all that are compared. */
const common = /^(data\.split|model\.neighbours|model\.encoder\.embedding|model\.(encoder|predictor)\.hidden)=/;

/** Settings on parts of the tables, against the same training without them. */
export function summariseTricks(lines) {
  const own = ({ set }) => set.filter((text) => !common.test(text));
  const shared = ({ set }) => set.filter((text) => common.test(text));
  const cellOf = (line) => JSON.stringify([shared(line), line.table, line.seed]);
  const base = new Map(lines.filter((line) => own(line).length === 0).map((line) => [cellOf(line), line]));
  const groups = new Map();
  for (const line of lines) {
    const key = JSON.stringify([own(line), shared(line), line.table]);
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  const coded = (texts) => texts.map((text) => `\`${text}\``);
  const rows = [...groups].map(([key, group]) => {
    const [settings, alike, table] = JSON.parse(key);
    const pairs = group.flatMap((line) => {
      const before = base.get(cellOf(line));
      return before === undefined ? [] : [[line, before]];
    });
    const percent = (of) => {
      const changes = pairs.map(([line, before]) => 100 * (of(line) / of(before) - 1));
      return `${mean(changes) < 0 ? "" : "+"}${mean(changes).toFixed(1)} %`;
    };
    const each = pairs.map(([line, before]) => (100 * (line.validation / before.validation - 1)).toFixed(1)).join(", ");
    const isBase = settings.length === 0;
    return [
      "",
      ...[isBase ? `as by default, ${coded(alike).join(", ")}` : coded(settings).join("<br>"), table],
      group.map(({ seed }) => seed).join(", "),
      mean(group.map(({ validation }) => validation)).toFixed(3),
      ...(isBase || pairs.length === 0 ? ["", ""] : [percent(({ validation }) => validation), each]),
      mean(group.map(({ cpuSeconds }) => cpuSeconds)).toFixed(0),
      mean(group.map(({ gaussianity }) => gaussianity.w)).toFixed(4),
      `${(100 * mean(group.map(({ gaussianity }) => gaussianity.rejected))).toFixed(0)} %`,
      "",
    ]
      .join(" | ")
      .trim();
  });
  return [
    "| setting | table | seeds | validation RMSE | mean change | by seed, % | CPU seconds | W of latents | rejected |",
    "|---|---|---|---|---|---|---|---|---|",
    ...rows.sort(),
  ].join("\n");
}

/** Trainings on two scales of columns, raw and embedded, and what a linear map leaves unexplained on these. */
export function summariseScales(lines) {
  const trained = lines.filter(({ validation }) => validation !== undefined);
  const keys = [...new Set(trained.map(({ table, part }) => JSON.stringify([table, part])))];
  const rows = keys.map((key) => {
    const [table, part] = JSON.parse(key);
    const cell = (scale, periodic) => {
      const own = trained.filter(
        (line) => line.table === table && line.part === part && line.scale === scale && line.periodic === periodic,
      );
      if (own.length === 0) return "";
      return `${mean(own.map(({ validation }) => validation)).toFixed(3)} (${own.map(({ seed }) => seed).join(", ")})`;
    };
    const linear = lines.filter((line) => part === "all" && line.table === table && line.unexplained !== undefined);
    const left = (scale) => linear.map(({ unexplained }) => unexplained[scale].toFixed(1)).join(", ");
    const cells = [cell("ranks", false), cell("robust", false), cell("ranks", true), cell("robust", true)];
    return ["", table, part, ...cells, left("ranks"), left("robust"), ""].join(" | ").trim();
  });
  return [
    "| table | rows | raw: ranks | raw: robust | embedded: ranks | embedded: robust | linear map, %: ranks | robust |",
    "|---|---|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

/** What terms that compare rows take of a step. */
export function summariseComparing(lines) {
  return [
    "| network of | rows of a batch | step, ms | without them, ms | their share |",
    "|---|---|---|---|---|",
    ...lines.map(({ table, batchSize, all, without, share }) =>
      ["", table, batchSize, all.toFixed(1), without.toFixed(1), `${(100 * share).toFixed(0)} %`, ""]
        .join(" | ")
        .trim(),
    ),
  ].join("\n");
}

if (isMain(import.meta.url)) {
  const comparing = summariseComparing(await readResults(here("comparing.jsonl")));
  const tried = summarise(await readResults(here("tried.jsonl")), await readResults(here("../accuracy/results.jsonl")));
  const tricks = summariseTricks(await readResults(here("tricks.jsonl")));
  const scales = summariseScales(await readResults(here("scales.jsonl")));
  if (!process.argv.includes("--print")) {
    const readme = here("README.md");
    const text = fillSection(await readFile(readme, "utf8"), "tried", tried);
    const filled = fillSection(fillSection(text, "tricks", tricks), "comparing", comparing);
    await writeFile(readme, fillSection(filled, "scales", scales));
  }
  process.stdout.write(`${tried}\n\n${tricks}\n\n${scales}\n\n${comparing}\n`);
}
