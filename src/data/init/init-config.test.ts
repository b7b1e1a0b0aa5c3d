import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBConnection } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parseConfigText } from "../../config/load.js";
import { InputError } from "../../errors.js";
import { Rng } from "../../math/rng.js";
import { type InitOptions, initConfig } from "./init-config.js";

const start = process.cwd();
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "pidreg-init-"));
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(start);
  rmSync(folder, { recursive: true, force: true });
});

const rows = 240;
type Cell = string | number;
type Make = (row: number, draw: () => number) => Cell;

/** Writes a table of columns made row by row. */
function put(
  file: string,
  columns: Readonly<Record<string, Make>>,
  { mark = ",", front = "", under = "" } = {},
): string {
  const rng = new Rng(file);
  const names = Object.keys(columns);
  const lines = Array.from({ length: rows }, (_, row) =>
    names.map((name) => columns[name](row, () => rng.normal())).join(mark),
  );
  writeFileSync(file, `${front}${names.join(mark)}\n${under}${lines.join("\n")}\n`);
  return file;
}

const number: Make = (_, draw) => draw().toFixed(4);
const subject: Make = (row) => `s${row}`;
const plain = { y: number, a1: number, a2: number, b1: number, b2: number };

/** The config of tables, as it is read, with what was told. */
async function made(files: string | readonly string[], options: Partial<InitOptions> = {}) {
  const result = await initConfig({
    files: [files].flat(),
    out: "out.yaml",
    targets: ["y"],
    join: [],
    dialect: {},
    ...options,
  });
  // Every guess stands in the file too, blanks and line ends of the comment aside.
  const flat = (text: string) => text.replaceAll(/[\s#]+/g, "");
  for (const guess of result.guesses.filter((text) => !text.startsWith("exclude in")))
    expect(flat(result.text)).toContain(flat(guess));
  return { ...result, data: parseConfigText(result.text, "out.yaml").data, told: result.guesses.join("\n") };
}

it("columns named with a number are modalities", async () => {
  const { data } = await made(put("letters.csv", plain));
  expect(Object.entries(data.modalities)).toMatchObject([
    ["a", { columns: ["a*"] }],
    ["b", { columns: ["b*"] }],
  ]);
});

it("hemispheres, and measures of FreeSurfer, are modalities", async () => {
  const sides = { y: number, lh_a_area: number, lh_b_area: number, lh_c_area: number };
  const both = { ...sides, rh_a_area: number, rh_b_area: number, rh_c_area: number };
  const { data } = await made(put("sides.csv", both));
  expect(Object.keys(data.modalities)).toEqual(["lh", "rh"]);
  const measures = { y: number, lh_a_thickness: number, lh_b_thickness: number, rh_a_thickness: number };
  const { data: other } = await made(
    put("measures.csv", { ...measures, lh_a_volume: number, lh_b_volume: number, rh_a_volume: number, tiv: number }),
  );
  expect(Object.entries(other.modalities)).toMatchObject([
    ["thickness", { columns: ["*_thickness"] }],
    ["volume", { columns: ["*_volume"] }],
    ["other", { columns: ["tiv"] }],
  ]);
});

it("words and codes are categories, ids and texts are no features", async () => {
  const table = put("words.csv", {
    ...{ subject_id: subject, ...plain, sex: (row) => "MF"[row % 2], site: (row) => 1 + (row % 4) },
    ...{ zip: (row) => `0${1000 + (row % 5)}`, note: (row) => `text ${row % 100}`, stage: (row) => (row % 7) % 4 },
  });
  const { data, told } = await made(table);
  expect(data.id).toBe("subject_id");
  expect(data.modalities.other).toMatchObject({ categories: ["sex", "site", "zip"], columns: ["stage"] });
  expect(told).toMatch(/"note": holds 100 different texts/);
  expect(told).toMatch(/"stage" holds 4 whole numbers and is read as a number/);
});

it("constant, repeated and suspicious columns are told, the first two excluded", async () => {
  const seen: Cell[] = [];
  const table = put("useless.csv", {
    ...plain,
    y: (row, draw) => (seen[row] = draw().toFixed(4)),
    a3: () => 7,
    a4: () => "",
    y_times_2: (row) => 2 * Number(seen[row]),
    b3: (row, draw) => Number(seen[row]) + 0.1 * draw(),
  });
  const { data, text, told } = await made(table);
  expect(data.modalities.a).toMatchObject({ exclude: ["a3", "a4"] });
  expect(text).toMatch(/- a3 {3}# has one value in all rows/);
  expect(text).toMatch(/- a4 {3}# has no value/);
  expect(told).toMatch(/"y_times_2": suspicious: equals the target "y" but for its scale/);
  expect(told).toMatch(/"b3" is suspicious: it goes with the target "y" \(correlation 0\.99/);
  const copies: Cell[] = [];
  const twice = {
    ...plain,
    a2: (row: number, draw: () => number) => (copies[row] = draw()),
    b2: (row: number) => copies[row],
  };
  expect((await made(put("copies.csv", twice))).data.modalities.b).toMatchObject({ exclude: ["b2"] });
});

it("marks of missing values are found, and rows with gaps get a policy", async () => {
  const gaps = { ...plain, a1: (row: number, draw: () => number) => (row % 5 === 0 ? -9999 : draw().toFixed(3)) };
  const marked = { ...gaps, b1: (row: number, draw: () => number) => (row % 50 === 0 ? "?" : draw().toFixed(3)) };
  const { data } = await made(put("marks.csv", marked));
  expect(data).toMatchObject({ missingValues: ["?", -9999], missing: "mean", missingIndicator: true });
  const few = { ...plain, b1: (row: number, draw: () => number) => (row < 3 ? "-" : draw().toFixed(3)) };
  const { data: other } = await made(put("few.csv", few));
  expect(other).toMatchObject({ missingValues: ["-"], missing: "drop" });
  const far = { ...plain, a1: (row: number, draw: () => number) => (row % 40 === 0 ? 250 : draw().toFixed(3)) };
  const { data: unsure, told } = await made(put("far.csv", far));
  expect(unsure.missingValues).toBeUndefined();
  expect(told).toMatch(/250 lies far outside .* add it to missingValues/);
});

it("rows of one subject are kept together, a column of dates is offered as order", async () => {
  const visits = { subject: (row: number) => `s${row >> 1}`, visit: (row: number) => 1 + (row % 2), ...plain };
  const { data } = await made(put("visits.csv", visits));
  expect(data).toMatchObject({ group: "subject", split: { by: "group" } });
  expect(data.id).toBeUndefined();
  const days = { ...plain, date: (row: number) => new Date(86_400_000 * (19_000 + row)).toISOString().slice(0, 10) };
  const { data: dated, text } = await made(put("days.csv", days));
  expect(dated.order).toBeUndefined();
  expect(text).toMatch(/# order: date\n {2}# split: \{ by: time \} {3}# in place of the split above/);
  const ordered = text
    .replace(/^ {2}split: .*\n/m, "")
    .replace("# order: date", "order: date")
    .replace("# split: {", "split: {");
  expect(parseConfigText(ordered, "with order").data).toMatchObject({ order: "date", split: { by: "time" } });
});

it("a given group, a column of parts and few rows", async () => {
  const sites = { ...plain, centre: (row: number) => `c${row % 6}` };
  const { data, told } = await made(put("sites.csv", sites), { group: "centre" });
  expect(data).toMatchObject({ group: "centre", split: { by: "group" } });
  expect(told).toMatch(/6 groups are few/);
  const parts = { ...plain, part: (row: number) => ["train", "train", "validation", "test"][row % 4] };
  expect((await made(put("parts.csv", parts))).data.split).toMatchObject({ by: "column", column: "part" });
  const many = { ...plain, centre: (row: number) => `c${row % 12}` };
  const { data: small, told: why } = await made(put("many.csv", many), { group: "centre" });
  expect(small.split).toMatchObject({ train: 0.6, validation: 0.2, test: 0.2 });
  expect(why).toMatch(/gives \d+ validation rows, and a training needs 30: 20 % gives/);
  await expect(made("parts.csv", { group: "centre" })).rejects.toThrow(/--group: there is no column "centre"/);
});

it("the dialect is found where nothing else is possible", async () => {
  const comma: Make = (_, draw) => draw().toFixed(2).replace(".", ",");
  const german = { y: comma, a1: comma, a2: comma, b1: comma, b2: comma };
  const { data } = await made(
    put("comma.csv", german, { mark: ";", under: "years;mm;mm;mm;mm\n", front: "# export\n# of today\n" }),
  );
  expect(data).toMatchObject({ decimal: ",", unitsRow: true, comment: "#" });
  const { data: front } = await made(put("front.csv", plain, { front: "Export of the clinic\n\n" }));
  expect(front).toMatchObject({ skipRows: 2 });
  writeFileSync(
    "named.csv",
    `y,a1,a2,b1,b2\n${Array.from({ length: rows }, (_, i) => `"r${i}",${i},${i % 7},${i % 5},${i % 11},${i % 13}`).join("\n")}\n`,
  );
  expect((await made("named.csv")).data).toMatchObject({ rowNames: true });
  const three = { ...plain, note_a: (row: number) => (row % 2 === 0 ? "1,234" : "2,345") };
  const { data: unsure, told } = await made(put("unsure.csv", three, { mark: ";" }));
  expect(unsure.decimal).toBeUndefined();
  expect(told).toMatch(/"1,234" may have a decimal comma or a comma between thousands/);
});

it("several tables are joined on a key that is found, with what it is called and how it is written", async () => {
  const people = put("people.csv", {
    participant_id: (row) => `sub-${String(row).padStart(3, "0")}`,
    y: number,
    size: number,
    tiv: (row) => row * row,
  });
  const lh = put(
    "lh.tsv",
    { "Measure:area": (row) => `sub-${String(row).padStart(3, "0")}`, a: number, b: number, y: number },
    { mark: "\t" },
  );
  const rh = put("rh.csv", { subject: (row) => row, c: number, tiv: (row) => row * row }, { mark: ";" });
  const { data, told, rows: loaded } = await made([people, lh, rh]);
  expect(data).toMatchObject({ file: "people.csv", join: "participant_id", normaliseKeys: "bids" });
  expect(data.modalities).toMatchObject({
    people: { columns: ["size", "tiv"] },
    lh: { file: "lh.tsv", key: "Measure:area", columns: ["a", "b"] },
    rh: { file: "rh.csv", key: "subject", columns: ["c"], exclude: ["tiv"] },
  });
  expect(loaded).toBe(rows);
  expect(told).toMatch(/not used of lh.tsv: "y": is the target/);
});

it("two columns name a row where one does not, and a key can be said", async () => {
  const key = { subject: (row: number) => `s${row >> 1}`, session: (row: number) => `v${row % 2}` };
  const one = put("one.csv", { ...key, y: number, a: number });
  const two = put("two.csv", { ...key, b: number });
  const { data } = await made([one, two]);
  expect(data).toMatchObject({ join: ["subject", "session"], group: "subject" });
  expect((await made([one, two], { join: ["subject", "session"] })).data.join).toEqual(["subject", "session"]);
  await expect(made([one, two], { join: ["who"] })).rejects.toThrow(/--join \(one.csv\): there is no column "who"/);
  const other = put("other.csv", { who: (row) => `x${row}`, c: number });
  await expect(made([one, other])).rejects.toThrow(/no column was found on which the rows .* --join/);
});

it("refuses a target that is none, and tables without features", async () => {
  const file = put("target.csv", { ...plain, word: (row) => `w${row % 3}` });
  await expect(made(file, { targets: ["z"] })).rejects.toThrow(/--target: there is no column "z"/);
  await expect(made(put("texts.csv", { ...plain, word: (row) => `w${row}` }), { targets: ["word"] })).rejects.toThrow(
    /a target is a column of numbers, or one of words or few whole numbers/,
  );
  await expect(made(file, { targets: ["word", "y"] })).rejects.toThrow(/name classes, which is a target by itself/);
  await expect(made(put("lone.csv", { y: number, id: subject }))).rejects.toThrow(InputError);
  await expect(made([file, file])).rejects.toThrow(/named twice/);
});

it.each<[string, Make, RegExp]>([
  ["words", (row) => ["AD", "CN", "MCI"][row % 3], /target: "dx" holds 3 different words/],
  ["codes by their name", (row) => 1 + (row % 3), /target: "dx" .*where it is a number, write target: .*kind: number/],
  ["codes with zeros in front", (row) => `0${row % 3}`, /target: "dx" holds codes with zeros in front/],
])("a target of %s is classes, which no other column may name", async (_, dx, reason) => {
  const columns = { ...plain, y: dx, note: (row: number) => ["a", "b", "c"][row % 3], shade: (row: number) => row % 6 };
  const { data, told, text } = await made(put("classes.csv", { ...columns, dx }), { targets: ["dx"] });
  expect(data.target).toEqual({ column: "dx", kind: "class" });
  expect(told).toMatch(reason);
  expect(told).toMatch(/"y" suspicious: names the classes of "dx" in other words/);
  expect(told).toMatch(/"note" (suspicious: names the classes|repeats "y")/);
  expect(told).toMatch(/"shade" is suspicious: each of its values is of one class of "dx" alone/);
  expect(text).not.toContain("units:");
});

it("a few whole numbers are classes, a few others and those of several targets are offered", async () => {
  const scores = { ...plain, grade: (row: number) => row % 4, half: (row: number) => (row % 4) / 2 };
  const file = put("scores.csv", scores);
  expect((await made(file, { targets: ["grade"] })).data.target).toEqual({ column: "grade", kind: "class" });
  const half = await made(file, { targets: ["half"] });
  expect([half.data.target, half.told]).toEqual(["half", expect.stringMatching(/"half" has 4 different values only/)]);
  const both = await made(file, { targets: ["grade", "y"] });
  expect(both.data.target).toEqual(["grade", "y"]);
});

it("parts of a split hold every class, or it is said that none do", async () => {
  const rare =
    (count: number): Make =>
    (row) =>
      row < count ? "rare" : row % 2 === 0 ? "one" : "two";
  const { data } = await made(put("rare.csv", { ...plain, y: rare(10) }));
  expect(data.split.validation).toBe(0.2);
  const { told: never } = await made(put("four.csv", { ...plain, y: rare(4) }));
  expect(never).toMatch(
    /needs every class in every part: class "rare" of "y" has no row in the .* part \(4 in the whole table\)/,
  );
});

it.each([
  [["abide_lh.csv", "abide_rh.csv"], "abide"],
  [["lh.csv", "rh.csv"], "y"],
  [["site-1.csv"], "site-1"],
  [["study-one-a.csv", "study-one-b.csv", "study-two.csv"], "study"],
])("a config of %j is called %s", async (files, name) => {
  files.forEach((file, i) => void put(file, { id: subject, [`a${i}`]: number, ...(i === 0 ? { y: number } : {}) }));
  const { text } = await made(files);
  expect(parseConfigText(text, "x").name).toBe(name);
});

it("the folder of the config may be another", async () => {
  put("deep.csv", plain);
  const result = await initConfig({ files: ["deep.csv"], out: "/tmp/x.yaml", targets: ["y"], join: [], dialect: {} });
  const { data } = parseConfigText(result.text, "x");
  expect(path.resolve("/tmp", data.file as string)).toBe(path.resolve("deep.csv"));
});

it.each(["parquet", "jsonl", "jsonl.gz", "csv.gz", "folder of parts"])(
  "finds in %s what it finds in CSV",
  async (format) => {
    const columns: Record<string, Make> = { id: subject, sex: (row) => "MF"[row % 2], visit: day, ...plain };
    const csv = put("formats.csv", columns);
    const known = await made(csv);
    const found = await made(await asFormat(csv, format));
    expect(found.data.modalities).toEqual(known.data.modalities);
    expect(found.data.id).toBe("id");
    const categories = Object.values(found.data.modalities).flatMap((own) =>
      "categories" in own ? (own.categories ?? []) : [],
    );
    expect(categories).toEqual(["sex"]);
    expect(found.text).toMatch(/# dates: \{ visit: \[trend, year\] \} {3}# a column of dates; take the # off/);
  },
);

it("offers dates once, in the first modality of their table; the line is a config when the # is taken off", async () => {
  const { text } = await made(put("dates.csv", { id: subject, visit: day, ...plain }));
  expect(text.match(/# dates:/g)).toHaveLength(1);
  const { data } = parseConfigText(text.replace("# dates:", "dates:"), "out.yaml");
  const dated = Object.values(data.modalities).flatMap((own) => ("dates" in own ? [own.dates] : []));
  expect(dated.filter((dates) => dates !== undefined)).toEqual([{ visit: ["trend", "year"] }]);
});

function day(row: number): string {
  return new Date(Date.UTC(2020, 0, 1 + 3 * row)).toISOString().slice(0, 10);
}

/** The same table in another format, written by DuckDB or Node. */
async function asFormat(csv: string, format: string): Promise<string> {
  const target = `formats.${format}`;
  if (format === "csv.gz") {
    writeFileSync(target, gzipSync(readFileSync(csv)));
    return target;
  }
  const connection = await DuckDBConnection.create();
  const write = (file: string, options: string, where = "") =>
    connection.run(`COPY (SELECT * FROM read_csv('${csv}') ${where}) TO '${file}' (${options})`);
  try {
    if (format === "parquet") await write(target, "FORMAT parquet");
    if (format === "folder of parts") {
      mkdirSync("parts", { recursive: true });
      await write("parts/1.parquet", "FORMAT parquet", "LIMIT 100");
      await write("parts/2.parquet", "FORMAT parquet", "OFFSET 100");
      return "parts";
    }
    if (format.startsWith("jsonl")) await write("formats.jsonl", "FORMAT json");
    if (format === "jsonl.gz") writeFileSync(target, gzipSync(readFileSync("formats.jsonl")));
  } finally {
    connection.closeSync();
  }
  return target;
}
