import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeRunFolder } from "../../test/support/run-folder.js";
import { readRun } from "../record/read-run.js";
import { html } from "./html.js";
import type { Section } from "./section.js";
import { atomsSection } from "./sections/atoms.js";
import { trajectorySection } from "./sections/trajectory.js";
import { warningsSection } from "./sections/warnings.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "pidreg-information-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** The sentences of a section, and what stands below them. */
function textOf(section: Section | null): string {
  const { text } = html`${section?.reading ?? []} ${section?.body ?? null}`;
  return text.replace(/<[^>]+>/g, "").replace(/\s+/g, " ");
}

describe("what the report says of information", () => {
  const silent = { information: 0.01, flags: ["no-information"] };
  const silentTest = { testInformation: 0.02, testFlags: ["no-information"] };
  const unsettled = { epochs: 8, converged: false, informative: false, switches: 2 };
  it.each([
    {
      run: "information in both parts",
      options: { contrast: 0.4 },
      atoms: {
        has: ["carry 1.60", "which modality alone tells more"],
        lacks: ["No information", "disagree", "cannot be told from 0", "fusion weights"],
      },
      warnings: { has: [], lacks: ["no-information"] },
      trajectory: { has: ["by then every atom and every fusion weight had stopped moving"], lacks: ["changed"] },
    },
    {
      run: "none in either, weights equal",
      options: { ...silent, ...silentTest, equalWeights: true, stage1: unsettled, contrast: 0.4 },
      atoms: {
        has: [
          "No information was found.",
          "0.01 (0.00 to 0.07) bits on the validation rows and 0.02 (0.00 to 0.08) bits on the test rows",
          "The fusion weights are equal.",
        ],
        lacks: ["stayed equal", "not equal", "Of these", "which modality alone tells more"],
      },
      warnings: { has: ["no-information: No information was found"], lacks: ["not converged"] },
      trajectory: {
        has: [
          "ended without information that the Gaussian reading can tell from 0, so the fusion weights were left equal",
          "changed 2 times",
        ],
        lacks: ["stopped moving", "A larger"],
      },
    },
    {
      run: "none in either, weights of atoms",
      options: { ...silent, ...silentTest },
      atoms: {
        has: ["No information was found.", "The fusion weights are not equal"],
        lacks: ["are equal", "stayed equal"],
      },
      warnings: { has: ["no-information"], lacks: [] },
      trajectory: { has: ["every fusion weight had stopped moving"], lacks: [] },
    },
    {
      run: "none in the validation part, 0.78 bits in the test part",
      options: { ...silent, testInformation: 0.78, equalWeights: true },
      atoms: {
        has: ["The parts disagree.", "On the validation rows", "on the test rows it is 0.78 (0.72 to 0.84) bits"],
        lacks: ["No information was found"],
      },
      warnings: { has: ["on the test rows it is 0.78"], lacks: ["No information was found"] },
      trajectory: { has: [], lacks: [] },
    },
    {
      run: "none in the test part",
      options: silentTest,
      atoms: {
        has: [
          "carry 1.60",
          "On the test rows the total, 0.02 (0.00 to 0.08) bits, cannot be told from 0 by the Gaussian reading.",
        ],
        lacks: ["No information was found", "disagree"],
      },
      warnings: { has: ["no-information: The parts disagree"], lacks: ["No information was found"] },
      trajectory: { has: [], lacks: [] },
    },
    {
      run: "of a version that did not ask the weights, near 0 but not flagged",
      options: { information: 0.05, stage1: { epochs: 18, converged: true } },
      atoms: { has: ["carry 0.05"], lacks: ["No information was found"] },
      warnings: { has: [], lacks: ["no-information"] },
      trajectory: { has: ["every atom had stopped moving"], lacks: ["every fusion weight"] },
    },
  ])("says of a run with $run what its files say", async ({ options, atoms, warnings, trajectory }) => {
    await writeRunFolder(folder, options);
    const run = await readRun(folder);
    const sections = [
      [await atomsSection(run), atoms],
      [warningsSection(run), warnings],
      [await trajectorySection(run), trajectory],
    ] as const;
    for (const [section, { has, lacks }] of sections) {
      const said = textOf(section);
      for (const sentence of has) expect(said).toContain(sentence);
      for (const sentence of lacks) expect(said).not.toContain(sentence);
    }
  });
});
