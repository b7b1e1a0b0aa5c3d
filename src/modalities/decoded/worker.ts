import { parentPort, workerData } from "node:worker_threads";
import { InputError } from "../../errors.js";
import { decodeRow, type StoredRow } from "./decode-row.js";
import type { Recipe, RowFile } from "./recipe.js";

/** A row to decode. */
export interface DecodeRequest {
  readonly job: number;
  readonly files: readonly RowFile[];
}

/** A decoded row, or why there is none. */
export type DecodeReply = { readonly job: number } & (
  | { readonly row: StoredRow }
  | { readonly error: string; readonly input: boolean }
);

const recipe = workerData as Recipe;

parentPort?.on("message", async ({ job, files }: DecodeRequest) => {
  try {
    const row = await decodeRow(recipe, files);
    const bytes = ownBuffer(row.bytes);
    const reply: DecodeReply = { job, row: { ...row, bytes } };
    parentPort?.postMessage(reply, [bytes.buffer]);
  } catch (error) {
    const { message, stack } = error as Error;
    const input = error instanceof InputError;
    const reply: DecodeReply = { job, input, error: input ? message : (stack ?? message) };
    parentPort?.postMessage(reply);
  }
});

/** Bytes that fill a buffer of their own, which can be handed over. */
function ownBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
    ? new Uint8Array(buffer)
    : Uint8Array.from(bytes);
}
