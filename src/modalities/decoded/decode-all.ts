import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { InputError, RunError } from "../../errors.js";
import { decodeRow, type StoredRow } from "./decode-row.js";
import type { Recipe, RowFile } from "./recipe.js";
import type { DecodeReply, DecodeRequest } from "./worker.js";

/** The compiled program of a worker; sources that are not compiled have none, and decode in this thread. */
const program = new URL("./worker.js", import.meta.url);

/** Rows to decode, and who is handed them, in any order. */
export interface DecodeOrder {
  readonly recipe: Recipe;
  readonly rows: readonly (readonly RowFile[])[];
  /** Threads. */
  readonly workers: number;
  /** Receives each row; the next is handed over when it has returned. */
  readonly take: (row: number, decoded: StoredRow) => Promise<void>;
}

/**
 * Decodes rows in worker threads, one row at a time in each.
 * @throws the error of the first row, in their order, that failed; InputError where a file is at fault
 */
export async function decodeAll(order: DecodeOrder): Promise<void> {
  const threads = Math.min(order.workers, order.rows.length);
  if (threads === 0) return;
  const failures: { row: number; error: Error }[] = [];
  let next = 0;
  const nextRow = () => (failures.length > 0 || next >= order.rows.length ? null : next++);
  const lane = existsSync(fileURLToPath(program)) ? inWorker : inThisThread;
  const lanes = Array.from({ length: threads }, () =>
    lane(order, nextRow, (row, error) => void failures.push({ row, error })),
  );
  await Promise.all(lanes);
  failures.sort((a, b) => a.row - b.row);
  if (failures.length > 0) throw failures[0].error;
}

type Fail = (row: number, error: Error) => void;

async function inThisThread(
  { recipe, rows, take }: DecodeOrder,
  nextRow: () => number | null,
  fail: Fail,
): Promise<void> {
  for (let row = nextRow(); row !== null; row = nextRow()) {
    try {
      await take(row, await decodeRow(recipe, rows[row]));
    } catch (error) {
      fail(row, error as Error);
    }
  }
}

async function inWorker({ recipe, rows, take }: DecodeOrder, nextRow: () => number | null, fail: Fail): Promise<void> {
  const worker = new Worker(program, { workerData: recipe });
  try {
    for (let row = nextRow(); row !== null; row = nextRow()) {
      try {
        const reply = await asked(worker, { job: row, files: rows[row] });
        if ("error" in reply) fail(row, reply.input ? new InputError(reply.error) : new RunError(reply.error));
        else await take(row, reply.row);
      } catch (error) {
        fail(row, error as Error);
      }
    }
  } finally {
    await worker.terminate();
  }
}

/** @throws RunError when the thread ends without an answer, as where its memory is used up */
function asked(worker: Worker, request: DecodeRequest): Promise<DecodeReply> {
  return new Promise((resolve, reject) => {
    const ended = (error?: Error | number) => {
      const [{ label }] = request.files;
      const why = error instanceof Error ? error.message : "it ended";
      reject(new RunError(`${label}: the thread that decoded it was lost (${why})`, { cause: error }));
    };
    worker.once("error", ended);
    worker.once("exit", ended);
    worker.once("message", (reply: DecodeReply) => {
      worker.off("error", ended);
      worker.off("exit", ended);
      resolve(reply);
    });
    worker.postMessage(request);
  });
}
