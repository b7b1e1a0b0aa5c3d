import { resolve } from "node:path";
import { z } from "zod";
import { parseConfig } from "../config/load.js";
import type { Config } from "../config/schema.js";
import { InputError } from "../errors.js";
import { checkDigest, digestedJson } from "../files/digested-json.js";
import { encoded, type Stored } from "../files/document.js";
import { parsedJson } from "../files/json.js";
import { checksummedFiles, pidregVersion } from "../record/environment.js";
import type { RunFolder } from "../record/run-folder.js";
import { shown } from "../shown.js";
import { type PlannedStudy, splitPath, studyFiles, studyKinds } from "./study.js";

const fileName = z.string().regex(/^(?!\.{1,2}$)[^/\\]+$/, "is no name of a file");

const trainingSchema = z
  .strictObject({
    name: fileName,
    /** Trainings of a round depend on those of the rounds before; the first is 1. */
    round: z.int().min(1),
    seed: z.int(),
    /** Of the config without its number of threads, which changes no result. */
    configDigest: z.string(),
    /** Paths in the study folder. */
    config: z.string(),
    run: z.string(),
  })
  .refine(({ name, config, run }) => config === configPath(name) && run === runPath(name), "lies elsewhere");

/** What tells a study from others. The first format had no other keys. */
const identitySchema = z.strictObject({
  pidreg: z.string(),
  kind: z.enum(studyKinds),
  options: z.record(z.string(), z.unknown()),
  /** The config without its number of threads; paths are relative to the study folder. */
  config: z.record(z.string(), z.unknown()),
  /** SHA-256 of the data files, in the order in which the config names them. */
  dataChecksum: z.array(z.string()),
  /** Configs that are studied beside the first, with the SHA-256 of their files; left out where there are none. */
  others: z
    .array(z.object({ config: z.record(z.string(), z.unknown()), dataChecksum: z.array(z.string()) }))
    .optional(),
});

const documentSchema = identitySchema.extend({
  format: z.literal("pidreg-study-2"),
  /** SHA-256 of the split files, by name without its ending. */
  splits: z.record(fileName, z.string()),
  facts: z.record(z.string(), z.unknown()),
  trainings: z.array(trainingSchema).min(1),
});
const firstDocumentSchema = identitySchema.extend({ format: z.literal("pidreg-study-1") });

/** study.json: what a study is, and its trainings in order. */
export type StudyDocument = Stored<typeof documentSchema>;
export type StudyTraining = StudyDocument["trainings"][number];

/** Where the config of a training lies in the study folder. */
export function configPath(name: string): string {
  return `${studyFiles.configs}/${name}.yaml`;
}

/** Where a training's run folder lies in the study folder. */
export function runPath(name: string): string {
  return `${studyFiles.runs}/${name}`;
}

/** A plan before its trainings are known, as it is read back: plain data without undefined values. */
export function emptyPlan(document: StudyDocument, file: string): StudyDocument {
  return encoded(documentSchema.extend({ trainings: z.array(trainingSchema) }), document, file);
}

export function studyText(document: StudyDocument): string {
  return digestedJson(document, studyFiles.plan, "indented");
}

/**
 * study.json of a study that was planned.
 * @throws InputError when there is none, it is damaged, or of another version of pidreg
 */
export async function readStudy(folder: RunFolder): Promise<StudyDocument> {
  const file = folder.file(studyFiles.plan);
  const value = await readDocument(folder);
  if (value === null) {
    throw new InputError(`${folder.path}: holds no study: there is no ${studyFiles.plan}; plan one with --plan-only`);
  }
  if (firstDocumentSchema.safeParse(value).success) {
    throw new InputError(
      `${file}: was written by an earlier version of pidreg, without a list of trainings; the command that began the ` +
        "study writes it anew, with --plan-only",
    );
  }
  const document = parseDocument(value, file);
  if (document.pidreg === pidregVersion()) return document;
  throw new InputError(
    `${file}: was planned by pidreg ${shown(document.pidreg)}, this is ${pidregVersion()}; go on with that version, or ` +
      "plan the study again in another folder",
  );
}

/**
 * What identifies the study of a folder, for comparison with another; null when it holds none.
 * @throws InputError when study.json is damaged
 */
export async function readIdentity(folder: RunFolder): Promise<string | null> {
  const value = await readDocument(folder);
  if (value === null) return null;
  const first = firstDocumentSchema.safeParse(value);
  return identityOf(first.success ? first.data : parseDocument(value, folder.file(studyFiles.plan)));
}

/** The text of what tells a study from others. */
export function identityOf(document: Stored<typeof identitySchema>): string {
  const { pidreg, kind, options, config, dataChecksum, others } = document;
  return JSON.stringify([pidreg, kind, options, config, dataChecksum, ...(others === undefined ? [] : [others])]);
}

/** The config of a study; its paths are relative to the study folder. */
export function studyConfig({ config }: Pick<StudyDocument, "config">): Config {
  return parseConfig(config, studyFiles.plan);
}

/** What a kind of study understands its plan by. */
export function plannedStudy(document: StudyDocument, splits: PlannedStudy["splits"]): PlannedStudy {
  const { options, facts } = document;
  return { config: studyConfig(document), others: otherConfigs(document), options, facts, splits };
}

/** The configs that are studied beside it. */
export function otherConfigs({ others = [] }: Pick<StudyDocument, "others">): Config[] {
  return others.map(({ config }) => parseConfig(config, studyFiles.plan));
}

/** SHA-256 of the files that the trainings of a study read, by their absolute path. */
export function plannedChecksums(folder: RunFolder, document: StudyDocument): ReadonlyMap<string, string> {
  const studied = [
    { config: studyConfig(document), dataChecksum: document.dataChecksum },
    ...otherConfigs(document).map((config, i) => ({
      ...{ config, dataChecksum: document.others?.[i].dataChecksum ?? [] },
    })),
  ];
  const data = studied.flatMap(({ config, dataChecksum }) =>
    checksummedFiles(config).map((name, i): [string, string] => [resolve(folder.path, name), dataChecksum[i]]),
  );
  const splits = Object.entries(document.splits).map(([name, digest]): [string, string] => [
    resolve(folder.path, splitPath(name)),
    digest,
  ]);
  return new Map([...data, ...splits]);
}

/** The content of study.json as it was written; null when there is none. */
async function readDocument(folder: RunFolder): Promise<object | null> {
  const file = folder.file(studyFiles.plan);
  const read = await folder.readBytes(studyFiles.plan);
  if (read === null) return null;
  const bytes = Buffer.from(read);
  const value = parseObject(bytes);
  // The first format had no digest.
  const isWhole = checkDigest(bytes) === "fits" || firstDocumentSchema.safeParse(value).success;
  if (value === null || !isWhole) throw damagedPlan(file, "it is not what was written");
  const { digest: _digest, ...content } = value;
  return content;
}

function parseObject(bytes: Buffer): Record<string, unknown> | null {
  const { success, data } = z.record(z.string(), z.unknown()).safeParse(parsedJson(bytes.toString("utf8")));
  return success ? data : null;
}

/** The refusal of a plan that is not as it was written. */
export function damagedPlan(file: string, reason: string): InputError {
  return new InputError(
    `${file}: was damaged or edited: ${reason}. Restore it from a copy; or give the command that began the study another ` +
      `--out, and move ${studyFiles.runs}/ there before it trains: finished runs are kept`,
  );
}

/** The value itself: written again, it is the same text, its keys in their order. */
function parseDocument(value: object, file: string): StudyDocument {
  const parsed = documentSchema.safeParse(value);
  if (parsed.success) return value as StudyDocument;
  const [{ path, message }] = parsed.error.issues;
  throw new InputError(`${file}: is no plan of a study that this version can read: ${path.join(".")}: ${message}`);
}
