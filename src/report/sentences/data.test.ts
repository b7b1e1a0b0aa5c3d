import { describe } from "vitest";
import { sentenceTable } from "../../../test/support/sentence-table.js";
import type { MissingValues } from "../../record/data-schemas.js";
import { missingSentences, remarkSentences, splitSentences } from "./data.js";

describe("the rows", () => {
  const facts = { parts: ["970 train", "210 validation"], remarks: 0, gaps: false };
  sentenceTable(splitSentences, [
    { run: "split", facts, said: ["data/split"] },
    { run: "of a version that did not record it", facts: { ...facts, parts: [] }, said: [] },
    {
      run: "with columns on a scale that was chosen",
      facts: { ...facts, preparation: "columns are scaled robustly" },
      said: ["data/split", "data/preparation"],
    },
  ]);
  sentenceTable(remarkSentences, [
    { run: "as they were", facts, said: ["data/as-it-was"] },
    { run: "with gaps, which are told elsewhere", facts: { ...facts, gaps: true }, said: [] },
    { run: "with remarks", facts: { ...facts, remarks: 2 }, said: ["data/remarks"] },
  ]);
});

describe("missing feature values", () => {
  const modality = { columns: 4, values: 0, rows: 0, absentRows: 0, columnsWithGaps: 0, most: [] };
  const none: MissingValues = {
    ...{ policy: "mean", rows: 100, rowsWithGaps: 0, rowsDropped: 0, filled: 0, rowsWithoutModality: 0 },
    modalities: { alpha: modality },
  };
  const gaps = { ...none, rowsWithGaps: 3, modalities: { alpha: { ...modality, values: 5 } } };
  sentenceTable(missingSentences, [
    { run: "none", facts: none, said: ["missing/none"] },
    {
      run: "none, and marks that were looked for",
      facts: { ...none, marks: [-99] },
      said: ["missing/none", "missing/marks"],
    },
    { run: "filled", facts: { ...gaps, filled: 5 }, said: ["missing/some", "missing/handled"] },
    { run: "only in columns that no model reads", facts: gaps, said: ["missing/some", "missing/left-out"] },
  ]);
});
