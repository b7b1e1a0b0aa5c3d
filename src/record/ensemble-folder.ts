import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../errors.js";
import { digestedJson } from "../files/digested-json.js";
import { readOwnFile } from "../files/own-file.js";
import { parseDigested, requireDigest } from "./digested-document.js";
import { modelFiles, RunFolder, runFiles } from "./run-folder.js";
import type { PredictionCalibration } from "./stored-calibration.js";
import { calibrationFromJSON, calibrationKeys, calibrationToJSON } from "./stored-calibration.js";

/** What an ensemble adds to its members' models; they stay in their own run folders. */
export interface StoredEnsemble {
  /** Run folders of the members. */
  readonly members: readonly string[];
  /** Of the averaged predictions. */
  readonly calibration: PredictionCalibration;
  /** False where it was written by a version that gave it no digest. */
  readonly digested: boolean;
}

const documentSchema = z.strictObject({
  format: z.enum(["pidreg-ensemble-1", "pidreg-ensemble-2"]),
  members: z.int().min(2).max(64),
  targets: z.int().min(1),
  ...calibrationKeys,
});

/** Run folder of member 1, 2, .. */
export function memberFolder(run: string, member: number): string {
  return join(run, runFiles.members, String(member));
}

/** What `ensembleMembers` reads, with its digest. */
export function ensembleDocument(members: number, targets: number, calibration: PredictionCalibration): string {
  const document = { format: "pidreg-ensemble-2", members, targets, ...calibrationToJSON(calibration) };
  return digestedJson(document, modelFiles.ensemble, "indented");
}

/** The members of a run that is an ensemble; null for any other folder. @throws InputError when its document is damaged */
export async function ensembleMembers(run: string): Promise<StoredEnsemble | null> {
  const folder = new RunFolder(run);
  if (!(await folder.has(modelFiles.ensemble))) return null;
  const file = folder.file(modelFiles.ensemble);
  const bytes = await readOwnFile(run, modelFiles.ensemble).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof InputError) throw error;
    throw new InputError(`${file}: cannot be read (${error.code ?? error.message})`);
  });
  const { value, digested } = parseDigested(bytes, file);
  const parsed = documentSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InputError(`${file}: ${issue.path.join(".")}: ${issue.message}`);
  }
  const { format, members, targets, ...calibration } = parsed.data;
  if (format !== "pidreg-ensemble-1") requireDigest(digested, file);
  return {
    members: Array.from({ length: members }, (_, k) => memberFolder(run, k + 1)),
    calibration: calibrationFromJSON(calibration, targets, file),
    digested,
  };
}
