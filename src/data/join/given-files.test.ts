import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type DataConfigInput, dataSchema } from "../../config/data.js";
import { loadExternalTable } from "../load-external-table.js";

const start = process.cwd();
let root = "";
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), "pidreg-given-"));
  process.chdir(root);
  mkdirSync("new");
  // Six new people, each file in another order and spelling; the third with decimal commas.
  write("new/people.tsv", "participant_id\tage", (i) => `sub-00${i}\t${20 + i}`);
  write("new/lh.csv", "Measure,t1,t2", (i) => `${i},${i},${2 * i}`, true);
  write("new/vol.csv", "subject;v1", (i) => `SUB-${i};${i},5`);
  write("new/rh.csv", "Measure,t1,t2", (i) => `${i},${10 * i},${20 * i}`);
  write("new/all.csv", "participant_id,age,t1,t2,v1", (i) => `sub-00${i},${20 + i},${i},${2 * i},${i}.5`);
});
afterAll(() => {
  process.chdir(start);
  rmSync(root, { recursive: true, force: true });
});

function write(file: string, header: string, row: (i: number) => string, turned = false): void {
  const people = [1, 2, 3, 4, 5, 6];
  writeFileSync(file, `${[header, ...(turned ? people.reverse() : people).map(row)].join("\n")}\n`);
}

const trained = (more: Partial<DataConfigInput> = {}) =>
  dataSchema.parse({
    ...{ file: "old/people.tsv", join: "participant_id", normaliseKeys: "bids", target: "age" },
    modalities: {
      lh: { file: "old/lh.csv", key: "Measure", columns: ["t*"] },
      vol: { file: "old/vol.csv", key: "subject", columns: ["v*"], decimal: ",", delimiter: ";" },
    },
    ...more,
  });
const columns = [
  { name: "lh", columns: ["t1", "t2"] },
  { name: "vol", columns: ["v1"] },
];
const load = async (given: string | readonly string[], data = trained(), of = columns) => {
  const { rowIds, modalities, targets } = await loadExternalTable(data, of, given);
  return {
    rowIds,
    values: modalities.map(({ values }) => [...values]),
    ages: targets.flatMap(({ values }) => [...values]),
  };
};
const ids = [1, 2, 3, 4, 5, 6].map((i) => `sub-00${i}`);
const whole = {
  rowIds: ids,
  values: [ids.flatMap((_, i) => [i + 1, 2 * (i + 1)]), ids.map((_, i) => i + 1.5)],
  ages: ids.map((_, i) => 21 + i),
};

it.each([
  ["in any order", ["new/vol.csv", "new/people.tsv", "new/lh.csv"]],
  ["by the names of modalities and of tables", ["vol=new/vol.csv", "people.tsv=new/people.tsv", "lh=new/lh.csv"]],
  ["one of which holds what two had", ["new/all.csv", "vol=new/vol.csv"]],
  ["that is one with all columns", "new/all.csv"],
])("new tables are joined as those of the training were: %s", async (_, given) => {
  expect(await load(given)).toEqual(whole);
});

it("a table of the training that holds the target alone may be left out; rows are then named by the first of the others", async () => {
  const { rowIds, values, ages } = await load(["new/lh.csv", "new/vol.csv"]);
  expect(rowIds).toEqual(["6", "5", "4", "3", "2", "1"]);
  expect([values[1], ages]).toEqual([[6.5, 5.5, 4.5, 3.5, 2.5, 1.5], []]);
});

it("tables with the same columns are told apart by the names of their files, or of their modalities", async () => {
  const modalities = {
    lh: { file: "old/lh.csv", key: "Measure", columns: ["t*"] },
    rh: { file: "old/rh.csv", key: "Measure", columns: ["t*"] },
  };
  const both = [
    { name: "lh", columns: ["t1", "t2"] },
    { name: "rh", columns: ["t1", "t2"] },
  ];
  const own = trained({ modalities });
  const tables = ["new/people.tsv", "new/rh.csv", "new/lh.csv"];
  const { values } = await load(tables, own, both);
  expect([values[0][0], values[1][0]]).toEqual([1, 10]);
  const turned = await load(["new/people.tsv", "lh=new/rh.csv", "rh=new/lh.csv"], own, both);
  expect([turned.values[0][0], turned.values[1][0]]).toEqual([10, 1]);
  writeFileSync("new/other.csv", "Measure,t1,t2\n1,1,1\n");
  await expect(load(["new/people.tsv", "new/other.csv", "new/rh.csv"], own, both)).rejects.toThrow(
    /new\/other.csv and new\/rh.csv hold the columns of modality "lh" \(lh.csv in training\): say which .* --data lh=new\/other.csv/,
  );
});

it.each<[string, string | readonly string[], RegExp]>([
  [
    "one of several",
    "new/lh.csv",
    /new\/lh.csv: lacks columns of modality "vol" \("v1"\)\. The model was trained on people.tsv, lh.csv and vol.csv, joined on "participant_id": .*--data NAME=FILE/,
  ],
  [
    "two of three",
    ["new/people.tsv", "new/lh.csv"],
    /no table given holds the columns of modality "vol" \(vol.csv in training\)/,
  ],
  ["one twice", ["new/lh.csv", "lh=new/lh.csv"], /--data: new\/lh.csv is given twice/],
  ["two for one", ["lh=new/lh.csv", "lh=new/rh.csv"], /new\/lh.csv and new\/rh.csv both stand for lh.csv/],
  ["a file that is not there", ["new/none.csv", "new/lh.csv"], /new\/none.csv/],
  [
    "a name that no modality has",
    ["lhh=new/lh.csv", "new/vol.csv"],
    /--data lhh=new\/lh.csv: .*"lhh" is no modality of the model; did you mean "lh"\? .*modalities \(lh, vol\) or tables .*\(people.tsv, lh.csv, vol.csv\)/,
  ],
  ["a strange name before one table", "cortex=new/all.csv", /"cortex" is no modality of the model\. Names/],
  [
    "a file in front of its name",
    ["new/lh.csv=lh", "new/vol.csv"],
    /the name stands in front of the file: --data lh=new\/lh.csv/,
  ],
  [
    "a name given to the table of another",
    ["lh=new/vol.csv", "vol=new/lh.csv"],
    /new\/vol.csv lacks columns of modality "lh" \("t1", "t2"\), and new\/lh.csv has them: say --data lh=new\/lh.csv/,
  ],
])("%s is refused", async (_, given, message) => {
  await expect(load(given)).rejects.toThrow(message);
});
