import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../errors.js";
import { RunFolder, runFiles } from "../../record/run-folder.js";
import type { PredictionCalibration } from "../../record/stored-calibration.js";
import { calibrationFromJSON, calibrationKeys, calibrationToJSON } from "../../record/stored-calibration.js";

/** What an ensemble adds to its members' models; they stay in their own run folders. */
export interface StoredEnsemble {
  /** Run folders of the members. */
  readonly members: readonly string[];
  /** Of the averaged predictions. */
  readonly calibration: PredictionCalibration;
}

/** In the `model` folder, instead of a model. */
const document = "ensemble.json";

const documentSchema = z.strictObject({
  format: z.literal("pidreg-ensemble-1"),
  members: z.int().min(2).max(64),
  targets: z.int().min(1),
  ...calibrationKeys,
});

/** Run folder of member 1, 2, .. */
export function memberFolder(run: string, member: number): string {
  return join(run, runFiles.members, String(member));
}

/** Writes what `ensembleMembers` reads. */
export async function saveEnsemble(run: string, members: number, targets: number, calibration: PredictionCalibration) {
  const folder = new RunFolder(join(run, runFiles.model));
  await folder.create();
  await folder.writeJson(document, {
    format: "pidreg-ensemble-1",
    members,
    targets,
    ...calibrationToJSON(calibration),
  });
}

/** The members of a run that is an ensemble; null for any other folder. @throws InputError when its document is damaged */
export async function ensembleMembers(run: string): Promise<StoredEnsemble | null> {
  const folder = new RunFolder(join(run, runFiles.model));
  if (!(await folder.has(document))) return null;
  const parsed = documentSchema.safeParse(await folder.readJson(document));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InputError(`${folder.file(document)}: ${issue.path.join(".")}: ${issue.message}`);
  }
  const { members, targets } = parsed.data;
  return {
    members: Array.from({ length: members }, (_, k) => memberFolder(run, k + 1)),
    calibration: calibrationFromJSON(parsed.data, targets, folder.file(document)),
  };
}
