import { z } from "zod";
import { InputError } from "../errors.js";
import { digestedJson } from "../files/digested-json.js";
import { readOwnFile } from "../files/own-file.js";
import { parseDigested } from "./digested-document.js";
import type { RunFolder } from "./run-folder.js";

/** What a network to compare with predicts, and what it belongs to. */
export interface StoredComparison {
  /** Fingerprint of the training. */
  readonly training: string;
  readonly network: string;
  /** Row-major [rows, targets], user's units. */
  readonly prediction: Float64Array;
}

/** What a stored comparison must be. */
export interface WantedComparison extends Pick<StoredComparison, "training" | "network"> {
  /** Numbers in the prediction. */
  readonly length: number;
  /** Whether one without a digest is taken. */
  readonly undigested: boolean;
}

const schema = z.strictObject({
  training: z.string().optional(),
  network: z.string().optional(),
  prediction: z.array(z.number()),
});

/** A comparison as JSON with its digest. */
export function storedComparison({ training, network, prediction }: StoredComparison): string {
  return digestedJson({ training, network, prediction: Array.from(prediction) }, network ?? "comparison", "indented");
}

/** The prediction of a stored comparison. @throws InputError when it is damaged, or of another training or network */
export async function readComparison(folder: RunFolder, name: string, wanted: WantedComparison): Promise<Float64Array> {
  const file = folder.file(name);
  const refuse = (what: string): never => {
    throw new InputError(`${file}: ${what}; remove the file to train that network again`);
  };
  const bytes = await readOwnFile(folder.path, name).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof InputError) throw error;
    return refuse(`cannot be read (${error.code ?? error.message})`);
  });
  const { value, digested } = parse(bytes, refuse);
  const { success, data } = schema.safeParse(value);
  if (!success || data.prediction.length !== wanted.length) return refuse(`should hold ${wanted.length} predictions`);
  if (!digested && !wanted.undigested) return refuse("was damaged or edited: it does not end in its digest");
  if (digested && (data.training !== wanted.training || data.network !== wanted.network)) {
    return refuse(`is of another training, or of another network than ${wanted.network}`);
  }
  return Float64Array.from(data.prediction);
}

function parse(bytes: Buffer, refuse: (what: string) => never): ReturnType<typeof parseDigested> {
  try {
    return parseDigested(bytes, "");
  } catch {
    return refuse("was damaged or edited");
  }
}
