import { describe, expect, it } from "vitest";
import type { MissingValues } from "../../record/data-schemas.js";
import { missingReading, missingTable } from "./missing-values.js";

const complete = { columns: 4, values: 0, rows: 0, absentRows: 0, columnsWithGaps: 0, most: [] };
const some: MissingValues = {
  ...{ policy: "mean", rows: 1200, rowsWithGaps: 30, rowsDropped: 0, filled: 41, rowsWithoutModality: 0 },
  modalities: {
    mri: { ...complete, values: 41, rows: 30, absentRows: 2, columnsWithGaps: 7, most: [{ column: "<b>", values: 9 }] },
    pet: complete,
  },
};
const words = (text: string) => text.replace(/\s+/g, " ");
const reading = (missing: MissingValues) => words(missingReading(missing).text.replace(/<\/?(b|code)>/g, ""));

describe("missing values in the report", () => {
  it("are none", () => {
    const none = { ...some, rowsWithGaps: 0, filled: 0, modalities: { mri: complete, pet: complete } };
    expect(reading(none)).toBe("No feature value is missing.");
    expect(missingTable(none)).toBeNull();
  });

  it("are told with what was done about them", () => {
    expect(reading(some)).toBe(
      "41 of 9600 feature values (0.4 %) are missing, in 30 of 1200 rows with a target. 41 values were filled with the " +
        "mean of the prepared training values (data.missing: mean).",
    );
    expect(reading({ ...some, policy: "drop", filled: 0, rowsDropped: 28, rowsWithoutModality: 2 })).toContain(
      "28 rows with gaps were left out; 2 rows without a whole modality are used for what they have (data.missing: drop).",
    );
    expect(reading({ ...some, filled: 0 })).toContain("They stand in columns that are left out (data.missing: mean).");
  });

  it("say what the config takes for missing", () => {
    expect(reading({ ...some, marks: [-9999, "?"] })).toMatch(
      / -9999 and &quot;\?&quot; were read as missing \(data\.missingValues\)\.$/,
    );
    const none = { ...some, rowsWithGaps: 0, modalities: { mri: complete }, marks: [-9] };
    expect(reading(none)).toBe("No feature value is missing. -9 was read as missing (data.missingValues).");
  });

  it("stand in a table by modality, names of columns as text", () => {
    const cells = words(missingTable(some)?.text ?? "").replace(/<[^>]+>/g, "|");
    expect(cells).toMatch(/mri\|+41\|+0\.9 %\|+30\|+2\|/);
    expect(cells).toMatch(/pet\|+0\|+0 %\|+0\|+0\|/);
    expect(cells).toMatch(/\|mri\|: &lt;b&gt; \(9\) and 6 more\|/);
  });

  it("that are few are not shown as none", () => {
    expect(reading({ ...some, rows: 1_000_000 })).toContain("(below 0.1 %)");
  });
});
