import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { dataSchema } from "../../config/data.js";
import { loadDataset } from "../load-dataset.js";
import { personColumns, RowsByName } from "./suggest-group.js";

const folder = mkdtempSync(path.join(tmpdir(), "pidreg-persons-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("columns of people", () => {
  it("are known by their names", () => {
    const people = [
      "subject",
      "participant_id",
      "PatientID",
      "sub-id",
      "Subject Nr",
      "study_subject",
      "mouse",
      "animals",
    ];
    const others = ["subject_age", "id", "mouse_weight", "subtotal", "substrate", "personality", "age", "patient_sex"];
    expect(personColumns([...others, ...people])).toEqual(people);
  });

  it("are told where names have several rows, not where a few rows are copies", () => {
    const counted = (names: readonly (string | null)[]) => {
      const rows = new RowsByName();
      rows.add(names);
      return rows.sentence("subject", "take care");
    };
    const thrice = Array.from({ length: 60 }, (_, row) => `s${row % 20}`);
    expect(counted([...thrice, "s0", null, ""])).toBe(
      'column "subject" has 20 values in 61 rows, up to 4 rows of one, and nothing says that these rows depend on one another: take care',
    );
    const once = Array.from({ length: 200 }, (_, row) => `s${row}`);
    expect(counted(once)).toBeUndefined();
    expect(counted([...once, "s1", "s2"])).toBeUndefined();
    expect(counted(new Array(60).fill("the same"))).toBeUndefined();
  });
});

describe("rows of people without data.group", () => {
  const rows = Array.from({ length: 60 }, (_, i) => `p${i % 20},${(i * 7) % 13},${(i * 5) % 11},${i},${i % 3}`);
  writeFileSync(path.join(folder, "t.csv"), ["participant_id,a,b,y,session", ...rows].join("\n"));
  const modalities = { a: { columns: ["a"] }, b: { columns: ["b"] } };
  const offered = async (more: object) => {
    const data = dataSchema.parse({ file: "t.csv", target: "y", modalities, ...more });
    return (await loadDataset(data, folder)).offeredGroup;
  };

  it("are told, with the key that mends it", async () => {
    expect(await offered({})).toMatch(/^column "participant_id" has 20 values in 60 rows, up to 3 .* data\.group$/);
  });

  it.each([
    ["a group", { group: "participant_id" }],
    ["a split in time", { order: "y", target: "b", modalities: { a: { columns: ["a"] } }, split: { by: "time" } }],
    ["a column that is a feature", { modalities: { a: { columns: ["a"], categories: ["participant_id"] } } }],
  ])("are not told beside %s", async (_name, more) => {
    expect(await offered(more)).toBeUndefined();
  });

  it("are told where the column is a part of the key that joins files", async () => {
    writeFileSync(
      path.join(folder, "u.csv"),
      ["participant_id,session,c", ...rows.map((row, i) => `${row.split(",")[0]},${i % 3},${i}`)].join("\n"),
    );
    const joined = { a: { columns: ["a"] }, c: { file: "u.csv", columns: ["c"] } };
    expect(await offered({ join: ["participant_id", "session"], modalities: joined })).toMatch(
      /^column "participant_id"/,
    );
  });
});
