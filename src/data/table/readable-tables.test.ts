import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { put, putParquet, readTable, refusal } from "../../../test/support/read-table.js";
import { resolveColumns } from "./columns.js";

const folder = mkdtempSync(path.join(tmpdir(), "pidreg-readable-"));
afterAll(() => rmSync(folder, { recursive: true }));

const text = "a,b\n1,2\n3,4\n";
const rows = [
  [1, 2],
  [3, 4],
];
const inside = (name: string) => {
  const made = path.join(folder, name);
  mkdirSync(made, { recursive: true });
  return made;
};

describe("files that are readable are read", () => {
  it("through a link into another folder, whatever the file there is called", async () => {
    const store = inside("dataset/.git/annex/objects/xx/yy");
    const shown = inside("dataset/tables");
    const files = {
      "t.csv": text,
      "t.csv.gz": gzipSync(text),
      "t.jsonl": '{"a":1,"b":2}\n{"a":3,"b":4}\n',
      "u.json": '[{"a":1,"b":2},{"a":3,"b":4}]',
      "T.CSV.GZ": gzipSync(text),
    };
    for (const [name, content] of Object.entries(files)) {
      const blob = await put(store, `SHA256E-s12--${name.replaceAll(".", "_")}`, content);
      symlinkSync(path.relative(shown, blob), path.join(shown, name));
      expect((await readTable(path.join(shown, name))).rows, name).toEqual(rows);
    }
    const parquet = await putParquet(store, "MD5-s9", "SELECT * FROM (VALUES (1, 2), (3, 4)) t(a, b)");
    symlinkSync(parquet, path.join(shown, "t.parquet"));
    expect((await readTable(path.join(shown, "t.parquet"))).rows).toEqual(rows);
  });

  it.each(["a[1]b", "a*b", "a?c", "[a-z]", "it's 100%, é", "site=A", "{x,y}", "**"])(
    "in the folder %s",
    async (name) => {
      const there = inside(name);
      expect((await readTable(await put(there, "t.csv", text))).rows).toEqual(rows);
      expect((await readTable(await put(there, "t[1]*.csv.gz", gzipSync(text)))).rows).toEqual(rows);
      expect((await readTable(await put(there, "t.jsonl", '{"a":1,"b":2}\n{"a":3,"b":4}\n'))).rows).toEqual(rows);
      if (name.includes("'")) return;
      const parquet = await putParquet(there, "t?.parquet", "SELECT * FROM (VALUES (1, 2), (3, 4)) t(a, b)");
      expect(await readTable(parquet)).toEqual({ columns: ["a", "b"], rows });
    },
  );
});

describe("what is no table, or none yet, is named", () => {
  it.each([
    ["t.csv.zst", "x", /zstd -d/],
    ["t.zip", "x", /unzip/],
    ["t.csv.bz2", "x", /bunzip2/],
    ["t.csv.xz", "x", /unxz/],
    ["t.xlsx", "x", /save the sheet as CSV/],
    ["t.npz", "x", /numpy\.load/],
    ["t.rds", "x", /readRDS/],
    ["t.mat", "x", /writetable/],
    ["t.sav", "x", /read_spss/],
    ["t.feather", "x", /read_feather/],
    ["t.h5", "x", /read_hdf/],
    ["t.asc", text, /name it \.txt, or \.csv/],
    ["t", text, /a name without an ending is not a table format/],
    ["t.parquet.gz", gzipSync("x"), /gunzip/],
    ["t.tar.gz", gzipSync("x"), /tar xf/],
    ["zip.csv", "PK\x03\x04 ..", /is a ZIP archive, or a spreadsheet.*unzip/],
    ["zst.csv", Buffer.from("28b52ffd0000", "hex"), /is zstd data.*zstd -d/],
    ["page.csv", "<!DOCTYPE html><html>", /is a web page/],
    [
      "lfs.csv",
      "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
      /pointer of git-lfs.*git lfs pull/,
    ],
    ["annex.csv", "/annex/objects/SHA256E-s1--0.csv\n", /pointer of git-annex.*git annex get/],
  ])("%s", async (name, content, message) => {
    expect(await refusal(await put(folder, name, content))).toMatch(message);
  });
});

describe("column names follow one rule in every format", () => {
  const composed = "é".normalize("NFC");
  const written = ["Age", "age", " pad", "pad2 ", composed.normalize("NFD"), "age_1", ""];
  const names = ["Age", "age", "pad", "pad2", composed, "age_1", "column6"];
  const values = [1, 2, 3, 4, 5, 6, 7];
  const files = {
    "n.csv": `${written.map((name) => `"${name}"`).join(",")}\n${values.join(",")}\n`,
    "n.tsv": `${written.join("\t")}\n${values.join("\t")}\n`,
    "n.jsonl": `${JSON.stringify(Object.fromEntries(written.map((name, i) => [name, values[i]])))}\n`,
    "n.json": `[${JSON.stringify(Object.fromEntries(written.map((name, i) => [name, values[i]])))}]`,
  };
  it.each(Object.entries(files))("%s", async (name, content) => {
    expect(await readTable(await put(folder, name, content))).toEqual({ columns: names, rows: [values] });
  });

  it("n.parquet", async () => {
    // No writer at hand tells Age from age: the names of the schema are exchanged for others of the same length.
    const other = ["Age", "xge", " pad", "pad2 ", composed.normalize("NFD"), "age_1"];
    const file = await putParquet(
      folder,
      "n.parquet",
      `SELECT ${other.map((name, i) => `${i + 1} AS "${name}"`).join(", ")}`,
    );
    const bytes = Buffer.from(
      (await import("node:fs")).readFileSync(file).toString("latin1").replaceAll("xge", "age"),
      "latin1",
    );
    const table = await readTable(await put(folder, "n.parquet", bytes));
    expect(table).toEqual({ columns: names.slice(0, -1), rows: [values.slice(0, -1)] });
  });

  it("names that are one by the rule are refused in every format", async () => {
    const alike = [`a${composed}`, ` a${composed.normalize("NFD")}`];
    const json = `{"${alike[0]}":1,"${alike[1]}":2}\n`;
    const parquet = `SELECT 1 AS "${alike[0]}", 2 AS "${alike[1]}"`;
    for (const file of [
      await put(folder, "alike.csv", `${alike.join(",")}\n1,2\n`),
      await put(folder, "alike.jsonl", json),
      await putParquet(folder, "alike.parquet", parquet),
    ]) {
      expect(await refusal(file)).toMatch(
        /columns 0 and 1 .* are both named .*blanks at the ends and the Unicode form/,
      );
    }
  });

  it("asked for in any form", () => {
    const asked = ["  pad ", composed.normalize("NFD"), " age*"];
    expect(resolveColumns(asked, names, "here")).toEqual(["pad", composed, "age", "age_1"]);
  });
});

describe("numbers", () => {
  const words = [
    "1_000",
    "1e1_0",
    "1_0.5",
    "0x1F",
    "0b1",
    "1d5",
    "+-5",
    "nan(1)",
    "1 000",
    "١٢",
    "1,5",
    "5%",
    "1e",
    ".",
  ];
  const numbers = { "1e5": 1e5, "+5": 5, " 5 ": 5, "5.": 5, ".5": 0.5, "-007": -7, "1E-3": 1e-3, nan: Number.NaN };
  const quoted = (list: readonly string[]) => list.map((word) => `"${word}"`);

  it.each(words)("%s is a word in every format", async (word) => {
    const rest = Array.from({ length: 50 }, (_, i) => `${i},sub_${i}(x)+-`);
    const files = [
      await put(folder, "w.csv", ["n,note", ...rest, `"${word}",x`].join("\n")),
      await put(
        folder,
        "w2.csv",
        ["note,n", ...quoted(rest).map((note) => `${note},1`), `"a ""_"" b","${word}"`].join("\n"),
      ),
      await put(folder, "w.jsonl", [...rest.map(() => '{"n":"1"}'), `{"n":"${word}"}`].join("\n")),
      await putParquet(
        folder,
        "w.parquet",
        `SELECT CASE WHEN i = 50 THEN '${word}' ELSE '1' END AS n FROM range(51) t(i)`,
      ),
    ];
    for (const file of files) {
      const message = await refusal(file, { numbers: ["n"] });
      expect(message, file).toContain(`row 51 (header not counted), column "n": expected a number, got "${word}"`);
    }
  });

  it("are read alike in every format", async () => {
    const texts = Object.keys(numbers);
    const values = Object.values(numbers).map((value) => [value]);
    const select = texts.map((word) => `('${word}')`).join(", ");
    for (const file of [
      await put(folder, "v.csv", ["n", ...quoted(texts)].join("\n")),
      await put(
        folder,
        "v.jsonl",
        quoted(texts)
          .map((word) => `{"n":${word}}`)
          .join("\n"),
      ),
      await putParquet(folder, "v.parquet", `SELECT * FROM (VALUES ${select}) t(n)`),
    ]) {
      expect((await readTable(file)).rows, file).toEqual(values);
    }
  });
});
