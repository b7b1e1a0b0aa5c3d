/** What a table file holds. */
export type TableKind = "csv" | "tsv" | "text" | "json-lines" | "json" | "parquet";

/** Table formats by the ending of the file's name. */
export const tableKinds: ReadonlyMap<string, TableKind> = new Map([
  [".csv", "csv"],
  [".tsv", "tsv"],
  [".tab", "tsv"],
  [".txt", "text"],
  [".dat", "text"],
  [".jsonl", "json-lines"],
  [".ndjson", "json-lines"],
  [".json", "json"],
  [".parquet", "parquet"],
  [".pq", "parquet"],
]);

const pandas = (read: string) => `in Python \`pandas.${read}.to_csv("table.csv", index=False)\``;

/** How files of other formats become a table that is read, by their last ending. */
const remedies: readonly (readonly [endings: string, remedy: string])[] = [
  [".zst .zstd", "decompress it first: `zstd -d FILE`"],
  [".zip", "unpack it first: `unzip FILE`"],
  [".bz2", "decompress it first: `bunzip2 FILE`"],
  [".xz .lzma", "decompress it first: `unxz FILE`"],
  [".lz4", "decompress it first: `lz4 -d FILE`"],
  [".br", "decompress it first: `brotli -d FILE`"],
  [".z", "decompress it first: `uncompress FILE`"],
  [".7z", "unpack it first: `7z x FILE`"],
  [".tar .tar.gz .tgz .tbz2 .txz", "unpack it first: `tar xf FILE`"],
  [".xlsx .xls .xlsm .xlsb .ods .numbers", "save the sheet as CSV (UTF-8) in the spreadsheet program"],
  [".npz", `write its arrays as one table: ${pandas("DataFrame(dict(numpy.load(FILE)))")}`],
  [".npy", `write it as a table with column names: ${pandas("DataFrame(numpy.load(FILE))")}`],
  [".rds", 'write it as CSV, in R `write.csv(readRDS(FILE), "table.csv", row.names = FALSE)`'],
  [".rda .rdata", 'write its data frame as CSV, in R `load(FILE); write.csv(NAME, "table.csv", row.names = FALSE)`'],
  [".mat", 'write it as CSV, in MATLAB `writetable(T, "table.csv")`'],
  [".sav .zsav .por", `write it as CSV, ${pandas("read_spss(FILE)")}`],
  [".dta", `write it as CSV, ${pandas("read_stata(FILE)")}`],
  [".sas7bdat .xpt", `write it as CSV, ${pandas("read_sas(FILE)")}`],
  [".feather .arrow .ipc", 'write it as Parquet, in Python `pandas.read_feather(FILE).to_parquet("table.parquet")`'],
  [".orc", 'write it as Parquet, in Python `pandas.read_orc(FILE).to_parquet("table.parquet")`'],
  [".h5 .hdf5 .hdf .h5ad", `write the table in it as CSV, ${pandas("read_hdf(FILE)")}`],
  [".pkl .pickle", `write it as CSV, ${pandas("read_pickle(FILE)")}`],
  [".db .sqlite .sqlite3 .duckdb", "write the table in it as CSV with the database's own program"],
  [
    ".data .asc .prn .text .out .stats",
    "name it .txt, or .csv if commas, semicolons or | separate its columns, .tsv if tabs do",
  ],
  [".xml .html .htm .pdf .docx", "write the table in it as CSV"],
  [".yaml .yml", "it looks like a config, not a table"],
];

/** How a file whose ending is not read becomes one that is; a general word for unknown endings. */
export function remedyFor(name: string): string {
  const lower = name.toLowerCase();
  const known = remedies.find(([endings]) => endings.split(" ").some((ending) => lower.endsWith(ending)));
  if (known !== undefined) return known[1];
  if (/\.(parquet|pq)\.gz$/.test(lower)) return "decompress it first: `gunzip FILE` (Parquet is compressed inside)";
  return "give a table the ending of its format, or write it as CSV";
}

/** Formats that are known by their first bytes (Latin-1), whatever the name says. */
const signatures: readonly (readonly [bytes: string, what: string, ending: string])[] = [
  ["PK\x03\x04", "a ZIP archive, or a spreadsheet in one", ".zip"],
  ["\x28\xb5\x2f\xfd", "zstd data", ".zst"],
  ["BZh", "bzip2 data", ".bz2"],
  ["\xfd7zXZ\x00", "xz data", ".xz"],
  ["\x04\x22\x4d\x18", "lz4 data", ".lz4"],
  ["7z\xbc\xaf\x27\x1c", "a 7z archive", ".7z"],
  ["\xd0\xcf\x11\xe0", "an old Excel file", ".xls"],
  ["\x89HDF", "HDF5 data", ".h5"],
  ["ARROW1", "Arrow data", ".arrow"],
  ["\x93NUMPY", "a NumPy array", ".npy"],
  ["SQLite format 3", "a SQLite database", ".db"],
  ["$FL2", "an SPSS file", ".sav"],
  ["MATLAB 5.0 MAT", "a MATLAB file", ".mat"],
  ["%PDF", "a PDF document", ".pdf"],
];

/** What the first bytes of a file say it holds, with what to do; undefined for what they do not tell. */
export function foreignContent(head: Buffer): string | undefined {
  const text = head.toString("latin1");
  if (/^\s*<(!doctype html|html|\?xml)/i.test(text)) {
    return "a web page or XML, not a table; was it downloaded from the right address?";
  }
  const found = signatures.find(([bytes]) => text.startsWith(bytes));
  return found && `${found[1]}, which is not read; ${remedyFor(found[2])}`;
}
