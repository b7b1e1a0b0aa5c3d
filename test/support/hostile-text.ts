import { cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { stringify } from "yaml";
import { Rng } from "../../src/math/rng.js";
import { succeeds, tinyModel } from "./command.js";

/**
 * Colours, a window title, C1 controls, bells, text turned around, text without width, separators of lines, and a line
 * that would pass for one of the program's own.
 */
export const hostile = "\x1b[31mR\x1b]0;t\x07\u009b2J\u202eabc\u2066\u200f\u061c\u200b\ufeff\u2028x\nFORGED\r\tz\x7f";

/** One epoch of each stage. */
export const shortTraining = [
  ...tinyModel,
  ...["--set", "training.stage1.maxEpochs=1", "--set", "training.stage2.maxEpochs=1"],
  ...["--set", "evaluation.importance=off"],
];

/** The run that every command is tried on has all that a run can have. */
const withImportance = ["--set", "evaluation.importance=on"];

const rows = 200;
/** A column name of the tables. */
export const column = (name: string) => `${name} ${hostile}`;
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const csv = (header: readonly string[], lines: readonly (readonly (string | number)[])[]) =>
  `${[header, ...lines].map((cells) => cells.map((cell) => quoted(String(cell))).join(",")).join("\n")}\n`;

/** What a table of hostile names and cells is, and a run trained on it. */
export async function prepareHostile(folder: string): Promise<void> {
  const put = (name: string, text: string | Buffer) => writeFile(path.join(folder, name), text);
  const rng = new Rng("hostile");
  const header = [column("id"), column("y"), "a1", column("a2"), "b1", "b2", column("site"), "part", column("=cmd")];
  const lines = Array.from({ length: rows }, (_, i) => {
    const [a, b, c, d, e] = Array.from({ length: 5 }, () => rng.normal());
    const site = `${i % 2 === 0 ? "=" : ""}s${i % 3}${hostile}`;
    return [`${i % 5 === 0 ? "-" : "r"}${i}${hostile}`, a + b + 0.3 * e, a, c, b, d, site, `part${hostile}`, 1];
  });
  await put("t.csv", csv(header, lines));
  await put(`${hostile}.csv`, csv(header, lines));
  await put(`${hostile}.xyz`, "x");
  const changed = (name: string, cell: number, first: number, count: number, value: string | number) => {
    const now = lines.map((line, i) => (i >= first && i < first + count ? line.with(cell, value) : line));
    return put(`${name}.csv`, csv(header, now));
  };
  await changed("word", 3, 50, 1, `word${hostile}`);
  await changed("gap", 3, 50, 1, "");
  await changed("twice", 0, 50, 1, lines[49][0]);
  await changed("nogroup", 6, 50, 1, "");
  await changed("small", 6, 0, 3, `few${hostile}`);
  await changed("newsite", 6, 0, 40, `new${hostile}`);
  await put("same.csv", csv([...header.slice(0, 3), header[3], header[3], ...header.slice(5)], lines));
  await put("quote.csv", `${csv(header, lines)}"open${hostile}`);
  await put("fields.csv", `${csv(header, lines)}${quoted(hostile)},1\n`);
  await put("word.jsonl", `${JSON.stringify({ y: 1, [column("a")]: hostile })}\n`);
  await put("bad.jsonl", `{"y": 1, "a": 2}\n{"y": 1 \u202e\u2066abc\n`);
  await put("lone.jsonl", '{"y": 1, "a\\ud800": 2, "b\\u001b": 3}\n');
  await put(
    "other.csv",
    csv(
      [column("id"), column("c")],
      lines.map((_, i) => [`o${i}${hostile}`, i]),
    ),
  );
  await put(
    "half.csv",
    csv(
      [column("id"), column("c"), "c2"],
      lines.slice(0, 120).map(([id], i) => [id, Math.sin(i), Math.cos(i)]),
    ),
  );
  await putCovariances(put);
  await putConfigs(put);
  await mkdir(path.join(folder, `folder ${hostile}`));
  await put(path.join(`folder ${hostile}`, `notes ${hostile}.txt`), hostile);
  await succeeds(["train", "good.yaml", "--out", "run", ...shortTraining, ...withImportance, "--quiet"], folder);
  await cp(path.join(folder, "run"), path.join(folder, `run ${hostile}`), { recursive: true });
  await putDamaged(folder);
}

type Put = (name: string, text: string | Buffer) => Promise<void>;

async function putCovariances(put: Put): Promise<void> {
  const cov = [
    [1, 0.4, 0.3],
    [0.4, 1, 0.2],
    [0.3, 0.2, 1],
  ];
  const good = { cov, dm: 1, dims: [1, 1], n: 200, names: [`u${hostile}`, "v\ud800"], target: `y${hostile}` };
  await put("cov.json", JSON.stringify(good));
  await put("cov-names.json", JSON.stringify({ ...good, names: [hostile, hostile] }));
  await put("cov-type.json", JSON.stringify({ ...good, cov: hostile }));
  await put("cov-text.json", `{"cov": ${hostile}`);
}

async function putConfigs(put: Put): Promise<void> {
  const data = {
    file: "t.csv",
    id: column("id"),
    target: column("y"),
    group: column("site"),
    units: { [column("y")]: "years\x1b[31m\u202e\nFORGED" },
    modalities: { a: { columns: ["a1", column("a2"), column("=cmd")] }, b: { columns: ["b1", "b2"] } },
    split: { train: 0.5, validation: 0.25, test: 0.25, by: "random" },
  };
  const { group: _group, ...ungrouped } = data;
  const good = {
    name: "hostile",
    data: ungrouped,
    evaluation: { biasCorrection: "linear", intervals: { group: column("site"), coverage: 0.9 } },
  };
  const config = (name: string, change: object) => put(`${name}.yaml`, stringify({ ...good, ...change }));
  const inData = (name: string, change: object) => config(name, { data: { ...ungrouped, ...change } });
  await config("good", {});
  await config("name", { name: hostile });
  await config("key", { [hostile]: 1 });
  await config("engine", { engine: hostile });
  await config("preset", { preset: hostile });
  await inData("modality", { modalities: { [hostile]: { columns: ["a1"] }, b: { columns: ["b1"] } } });
  await inData("column", { modalities: { a: { columns: [hostile] }, b: { columns: ["b1"] } } });
  await inData("shared", { modalities: { a: { columns: [column("a2")] }, b: { columns: [column("a2")] } } });
  await inData("file", { file: `${hostile}/none.csv` });
  await inData("two", { target: [column("y"), "b2"], modalities: { a: { columns: ["a1"] }, b: { columns: ["b1"] } } });
  await inData("word", { file: "word.csv" });
  await inData("gap", { file: "gap.csv" });
  await inData("twice", { file: "twice.csv" });
  await inData("part", { split: { by: "column", column: "part" } });
  await inData("splitfile", { split: { by: "file", file: "split.json" } });
  await inData("splittext", { split: { by: "file", file: "cov-text.json" } });
  await inData("harmonised", { harmonise: { site: column("site") } });
  await inData("joined", {
    join: column("id"),
    id: column("id"),
    modalities: { a: data.modalities.a, c: { file: "other.csv", columns: [column("c")] } },
  });
  await inData("halfjoined", {
    join: column("id"),
    missing: "drop",
    modalities: { a: data.modalities.a, c: { file: "half.csv", columns: [column("c"), "c2"] } },
  });
  await put("broken.yaml", `name: x\ndata: [${hostile}`);
  await put("tag.yaml", `name: !x\u202e\u2066 x\n`);
  await put("alias.yaml", `name: *none\u202e\u2066\n`);
  await put("twice-key.yaml", `"\\e[31m": 1\n"\\e[31m": 2\n`);
  await put("split.json", JSON.stringify({ train: [hostile], validation: ["a"], test: ["b"] }));
  await put("split.csv", hostile);
}

/** Copies of the run with one file that was made hostile. */
async function putDamaged(folder: string): Promise<void> {
  const damaged: [string, string, string][] = [
    ["metrics", "metrics.json", `{"targets": ["${"\\u001b"}[31m"], "x": ${hostile}`],
    ["metrics-key", "metrics.json", JSON.stringify({ targets: [hostile], validation: { [hostile]: 1 } })],
    ["pid", "pid.json", JSON.stringify({ unit: hostile })],
    ["config", "config.yaml", `name: [${hostile}`],
    ["predictions", "predictions.csv", csv(["id", "part", hostile], [[hostile, "test", hostile]])],
    ["epochs", "metrics.jsonl", `{"phase": ${hostile}\n`],
    ["environment", "environment.json", `[${hostile}]`],
    ["model", "model/model.json", JSON.stringify({ format: hostile, [hostile]: 1 })],
    ["weights", "model/weights.safetensors", hostile],
  ];
  for (const [name, file, text] of damaged) {
    await cp(path.join(folder, "run"), path.join(folder, `bad-${name}`), { recursive: true });
    await writeFile(path.join(folder, `bad-${name}`, file), text);
  }
}

/** Two modalities of the tables, for `decompose`. */
export const hostileModalities = ["--modality", `a=a1,${column("a2")}`, "--modality", "b=b1,b2"];

/** `decompose` of one of the tables. */
export function decomposed(file: string): string[] {
  return ["decompose", "--data", file, "--target", column("y"), ...hostileModalities];
}
