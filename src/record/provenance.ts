import { createRequire } from "node:module";
import { arch, availableParallelism, cpus, platform, release, totalmem } from "node:os";
import { z } from "zod";
import { InputError } from "../errors.js";
import { digestedJson } from "../files/digested-json.js";
import { count, encoded, type Stored } from "../files/document.js";
import { parseDigested, requireDigest } from "./digested-document.js";
import { pidregVersion } from "./environment.js";
import { type RunFolder, runFiles } from "./run-folder.js";

const require = createRequire(import.meta.url);

/** provenance.json: when, where and by which command a run was made. Two runs of one config differ in it and agree in all else. */
export const provenanceDocument = z.object({
  command: z.string().nullable().describe("command line as a shell takes it; null for a call of the library"),
  begun: z.iso.datetime().describe("when the process began that finished the run"),
  finished: z.iso.datetime(),
  seconds: z.number().min(0).describe("from one to the other"),
  resumed: z.boolean().describe("whether an earlier process had begun it"),
  machine: z.object({ cpu: z.string(), cores: z.int().min(1), memoryGiB: z.number().min(0), platform: z.string() }),
  parameters: count.describe("numbers that training learned; of an ensemble those of all members"),
  versions: z.record(z.string(), z.string()),
});

export type Provenance = Stored<typeof provenanceDocument>;

/**
 * Writes provenance.json, which carries a digest of its own: SHA256SUMS lists what two runs of one config agree in.
 * @throws WriteError when the disk refuses it
 */
export async function writeProvenance(folder: RunFolder, provenance: Provenance): Promise<void> {
  const file = folder.file(runFiles.provenance);
  const text = digestedJson(encoded(provenanceDocument, provenance, file), file, "indented");
  await folder.writeText(runFiles.provenance, text);
}

/** provenance.json of a run; null where it has none. @throws InputError for one that was damaged */
export async function readProvenance(folder: RunFolder): Promise<Provenance | null> {
  const bytes = await folder.readBytes(runFiles.provenance);
  if (bytes === null) return null;
  const file = folder.file(runFiles.provenance);
  const { value, digested } = parseDigested(Buffer.from(bytes), file);
  requireDigest(digested, file);
  const read = provenanceDocument.safeParse(value);
  if (read.success) return read.data;
  throw new InputError(`${file}: "${read.error.issues[0].path.join(".")}": ${read.error.issues[0].message}`);
}

/** The sitting in which a run is finished. */
export interface Sitting {
  readonly begun: Date;
  readonly command: string | null;
  /** Whether an earlier process had begun the run. */
  readonly resumed: boolean;
}

/** What a sitting that ends now leaves to be told of it. @param engine name of what executed the steps */
export function provenanceOf({ begun, command, resumed }: Sitting, engine: string, parameters: number): Provenance {
  const finished = new Date();
  return {
    command,
    begun: begun.toISOString(),
    finished: finished.toISOString(),
    // The clock of a machine may be set back meanwhile.
    seconds: Math.max(0, (finished.getTime() - begun.getTime()) / 1000),
    resumed,
    machine: {
      cpu: cpus()[0]?.model.trim() || "unknown",
      cores: availableParallelism(),
      memoryGiB: Math.round((10 * totalmem()) / 2 ** 30) / 10,
      platform: `${platform()} ${arch()}, ${release()}`,
    },
    parameters,
    versions: { pidreg: pidregVersion(), node: process.versions.node, ...engineVersions(engine) },
  };
}

/** Packages that execute steps, by the engine's name; every other engine is a backend of TensorFlow.js. */
function engineVersions(engine: string): Record<string, string> {
  const name = engine === "onnx" ? "onnxruntime-node" : "@tensorflow/tfjs";
  return { [name]: packageVersion(name) };
}

const versionFile = z.object({ version: z.string() });

function packageVersion(name: string): string {
  return versionFile.parse(require(`${name}/package.json`)).version;
}
