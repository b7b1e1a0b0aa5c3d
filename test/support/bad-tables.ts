import { gzipSync } from "node:zlib";

/** A small table in order: id, y and two modalities of two columns; `change` may spoil its rows. */
export function table(change: (rows: string[][]) => void = () => {}): string {
  const rows = [["id", "y", "a1", "a2", "b1", "b2"]];
  for (let i = 1; i <= 320; i++) {
    const value = (k: number) => String(Math.round(1000 * Math.sin(i * k)) / 1000);
    rows.push([`row${i}`, ...[1, 2, 3, 5, 7].map(value)]);
  }
  change(rows);
  return `${rows.map((row) => row.join(",")).join("\n")}\n`;
}

/** The table with one cell replaced; row 0 is the header. */
export function spoilt(row: number, column: number, text: string): string {
  return table((rows) => {
    rows[row][column] = text;
  });
}

/** Tables that are wrong in one way each, by file name. */
export const badTables: Readonly<Record<string, string | Buffer>> = {
  "text.csv": spoilt(17, 3, "heavy"),
  "text-target.csv": spoilt(5, 1, "old"),
  "comma.csv": table().replaceAll(",", ";").replaceAll(".", ","),
  "nan-target.csv": table((rows) => {
    for (const row of rows.slice(1)) row[1] = "NaN";
  }),
  "infinite-target.csv": spoilt(9, 1, "inf"),
  "infinite.csv": spoilt(9, 2, "-Infinity"),
  "overflow.csv": spoilt(9, 2, "1e999"),
  "missing.csv": spoilt(30, 4, ""),
  "constant-target.csv": table((rows) => {
    for (const row of rows.slice(1)) row[1] = "5";
  }),
  "constant-modality.csv": table((rows) => {
    for (const row of rows.slice(1)) row[4] = row[5] = "1";
  }),
  "short-row.csv": table((rows) => void rows[12].pop()),
  "long-row.csv": table((rows) => void rows[12].push("1")),
  "header-only.csv": "id,y,a1,a2,b1,b2\n",
  "no-header.csv": table((rows) => void rows.shift()).replace(/^row1,/, "1,"),
  "empty.csv": "",
  "blank.csv": "\n\n",
  "binary.csv": Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 97 + (i >> 3)) % 256)),
  "binary.parquet": Buffer.from("PAR1 and then nothing of the kind"),
  "png.csv": Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"),
  "utf16.csv": Buffer.from(`\ufeff${table()}`, "utf16le"),
  "latin1.csv": Buffer.from(table().replace("row30,", "s\u00fcd,"), "latin1"),
  "truncated.csv.gz": gzipSync(table().repeat(8)).subarray(0, -20),
  "not-gzip.csv.gz": table(),
  "duplicate-header.csv": spoilt(0, 5, "b1"),
  "open-quote.csv": spoilt(20, 0, '"row20'),
  "repeated-id.csv": spoilt(20, 0, "row3"),
  "empty-id.csv": spoilt(20, 0, ""),
  "three-rows.csv": table((rows) => void rows.splice(4)),
  "broken.jsonl": '{"id": 1, "y": 2}\n{"id": 2, "y"',
  "table.xlsx": Buffer.from("504b0304", "hex"),
};
