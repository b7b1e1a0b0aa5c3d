import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateSynthetic } from "../synthetic/generate.js";
import { writeSynthetic } from "../synthetic/write.js";
import { connect, openTable } from "./duckdb.js";
import { readColumns } from "./read-columns.js";
import { quoteText } from "./relation.js";

let folder: string;
let secret: string;
beforeAll(async () => {
  const root = await mkdtemp(join(tmpdir(), "pidreg-safety-"));
  folder = join(root, "table");
  secret = join(root, "secret.csv");
  await mkdir(folder);
  await writeFile(secret, "password\n42\n");
  await writeFile(join(folder, "t.csv"), "a\n1\n");
});
afterAll(() => rm(join(folder, ".."), { recursive: true, force: true }));

async function columnsOf(file: string): Promise<number[][]> {
  const table = await openTable(file, folder);
  try {
    const columns = table.columns.filter((name) => name !== "id");
    const { numbers } = await readColumns(table, columns, []);
    return columns.map((name) => [...(numbers.get(name) as Float64Array)]);
  } finally {
    table.close();
  }
}

describe("the database", () => {
  it.each([
    ["another file", () => `SELECT * FROM read_csv(${quoteText(secret)})`],
    ["another file as text", () => `SELECT * FROM read_text(${quoteText(secret)})`],
    [
      "another file by a path through the folder",
      () => `SELECT * FROM read_csv(${quoteText(`${folder}/../secret.csv`)})`,
    ],
    ["a listing", () => `SELECT * FROM glob(${quoteText(`${folder}/../*`)})`],
    ["a copy to another folder", () => `COPY (SELECT 1) TO ${quoteText(`${secret}.out`)}`],
    ["another database", () => `ATTACH ${quoteText(`${secret}.db`)}`],
    ["an extension", () => "INSTALL httpfs"],
    ["an extension that is there", () => "LOAD '/tmp/x.duckdb_extension'"],
    ["a changed setting", () => "SET enable_external_access = true"],
    ["another allowed folder", () => "SET allowed_directories = ['/']"],
  ])("refuses %s", async (_what, sql) => {
    const { connection, close } = await connect({ path: join(folder, "t.csv") });
    await expect(connection.runAndReadAll(sql())).rejects.toThrow(/Permission|disabled|locked|configuration|not/i);
    close();
    expect(await readdir(join(folder, ".."))).toEqual(["secret.csv", "table"]);
  });

  it("reaches no server", async () => {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked++;
      response.end("a\n1\n");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/t.csv`;
    const { connection, close } = await connect({ path: join(folder, "t.csv") });
    await expect(connection.runAndReadAll(`SELECT * FROM read_csv(${quoteText(url)})`)).rejects.toThrow();
    close();
    await expect(openTable(url, folder)).rejects.toThrow("tables are read from local files only");
    server.close();
    expect(asked).toBe(0);
  });

  it.each([
    "'; DROP TABLE t; --.csv",
    "a'); COPY (SELECT 1) TO 'x.csv.csv",
    "*.csv",
    "[a-z].csv",
    "t?.csv",
    "🧠 ü.csv",
  ])("reads the file of the hostile name %j and no other", async (name) => {
    await writeFile(join(folder, name), "x\n7\n");
    expect(await columnsOf(name)).toEqual([[7]]);
    await rm(join(folder, name));
    expect(await readdir(folder)).toEqual(["t.csv"]);
  });

  it("takes hostile column names as names", async () => {
    const names = [
      'a"); DROP TABLE t; --',
      "c0",
      "'||read_text('x')||'",
      "🧠",
      "__proto__",
      "constructor",
      "$1",
      "t(c0)",
    ];
    const header = names.map((name) => `"${name.replaceAll('"', '""')}"`).join(",");
    await writeFile(join(folder, "names.csv"), `${header}\n${names.map((_, i) => i).join(",")}\n`);
    expect(await columnsOf("names.csv")).toEqual(names.map((_, i) => [i]));
    await writeFile(
      join(folder, "names.jsonl"),
      `{${names.map((name, i) => `${JSON.stringify(name)}:${i}`).join(",")}}\n`,
    );
    expect(await columnsOf("names.jsonl")).toEqual(names.map((_, i) => [i]));
    await Promise.all(["names.csv", "names.jsonl"].map((name) => rm(join(folder, name))));
  });

  it("reads Parquet of any file name", async () => {
    await writeSynthetic(generateSynthetic("mixed", { rows: 20, seed: 1, width: 3 }), join(folder, "p"), "parquet");
    const name = "x'); SELECT 1; --*.parquet";
    await copyFile(join(folder, "p", "table.parquet"), join(folder, name));
    expect((await columnsOf(name)).every((column) => column.length === 20)).toBe(true);
    await rm(join(folder, "p"), { recursive: true });
    await rm(join(folder, name));
  });
});
