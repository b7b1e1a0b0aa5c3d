import { createHash } from "node:crypto";
import { basename, resolve } from "node:path";
import { type FrozenConfig, frozenOf } from "../../config/modalities/frozen.js";
import { type OpenRequest, type RowStore, rowsAtATime, valuesOf } from "../../data/rows.js";
import { InputError } from "../../errors.js";
import { sha256 } from "../../files/checksum.js";
import { readUserBytes } from "../../files/user-file.js";
import { cachedPath, makeRoom } from "../decoded/cache-folder.js";
import { openedStore } from "../decoded/decoded-rows.js";
import { readStore, type StoreFile, StoreWriter, storeBytes } from "../decoded/store-file.js";
import { readFrom } from "../shaped/open.js";
import { type FrozenNetwork, openNetwork } from "./network.js";

/** Changes of what the same network is given for the same rows. */
const frozenVersion = 1;

/**
 * What a frozen network gives for every row, as rows of an array: worked out once for each distinct row, kept beside decoded
 * rows under a name that is made of rows, network and settings. A row that lacks the modality still does.
 * @param rows as they are decoded
 * @throws InputError naming the file of the network, and the row for which it gives no finite number
 */
export async function throughFrozen(request: OpenRequest, rows: RowStore): Promise<RowStore> {
  const config = frozenOf(request.config);
  if (config === undefined) return rows;
  const { name, baseFolder, streaming } = request;
  const path = resolve(baseFolder, config.file);
  const bytes = await readUserBytes(path);
  const network = { bytes, sha256: sha256(bytes), label: path };
  const { places, first, digests } = await distinctRows(rows);
  if (first.length === 0)
    throw new InputError(`modality "${name}": no row has it; a frozen network has nothing to read`);
  const { file: _file, ...settings } = config;
  const key = sha256(JSON.stringify([frozenVersion, "frozen", network.sha256, settings, rows.shape, digests]));
  const kept = await readStore(cachedPath(streaming.cache, key), key);
  const store = kept ?? (await encodeAll({ request, rows, config, network, first, key }));
  const width = valuesOf(store.shape);
  const file = basename(config.file);
  const output = config.output === undefined ? "" : `output ${config.output} of `;
  const decoded = rows.origin?.decoded;
  return {
    ...{ name, kind: "array", rows: rows.rows, shape: store.shape, lacks: rows.lacks, drawn: rows },
    gaps: Uint32Array.from(places, (place) => (place < 0 ? width : 0)),
    ...readFrom(openedStore(store, streaming), places, streaming),
    origin: {
      ...{ file: rows.origin?.file ?? "", dtype: "float32", rows: rows.origin?.rows ?? rows.rows },
      decoded: `${decoded === undefined ? "" : `${decoded}, then `}${output}the frozen network ${file}`,
      frozen: { path, file, sha256: network.sha256, input: config.input, output: config.output },
    },
  };
}

/** Rows that have the modality, each distinct one once: where each row's is, their first places, and their digests. */
async function distinctRows(store: RowStore) {
  const width = valuesOf(store.shape);
  const known = new Map<string, number>();
  const first: number[] = [];
  const places = new Int32Array(store.rows).fill(-1);
  await eachBlock(store, present(store), rowsAtATime(width), async (numbers, values) => {
    const single = Float32Array.from(values);
    numbers.forEach((row, i) => {
      const part = single.subarray(i * width, (i + 1) * width);
      const digest = createHash("sha256")
        .update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
        .digest("hex");
      const found = known.get(digest);
      places[row] = found ?? first.push(row) - 1;
      if (found === undefined) known.set(digest, places[row]);
    });
  });
  return { places, first, digests: [...known.keys()] };
}

function present({ rows, gaps, shape }: RowStore): number[] {
  const width = valuesOf(shape);
  return Array.from({ length: rows }, (_, row) => row).filter((row) => gaps[row] < width);
}

async function eachBlock(
  store: RowStore,
  rows: readonly number[],
  atATime: number,
  look: (rows: readonly number[], values: Float64Array) => Promise<void>,
): Promise<void> {
  const width = valuesOf(store.shape);
  for (let start = 0; start < rows.length; start += atATime) {
    const some = rows.slice(start, start + atATime);
    const values = new Float64Array(some.length * width);
    await store.read(some, values);
    await look(some, values);
  }
}

interface EncodeTask {
  readonly request: OpenRequest;
  readonly rows: RowStore;
  readonly config: FrozenConfig;
  readonly network: { readonly bytes: Uint8Array; readonly label: string };
  /** Distinct rows. */
  readonly first: readonly number[];
  readonly key: string;
}

async function encodeAll(task: EncodeTask): Promise<StoreFile> {
  const { request, rows, config, network, first, key } = task;
  const one = new Float64Array(valuesOf(rows.shape));
  await rows.read([first[0]], one);
  const opened = await openNetwork(network.bytes, network.label, config, rows.shape, one);
  try {
    const head = { key, type: "float32", shape: opened.shape, rows: first.length } as const;
    const { cache, disk } = request.streaming;
    const writer = await StoreWriter.begin(head, await makeRoom(cache, key, storeBytes(head), disk));
    try {
      await encodeInto(writer, task, opened);
      await writer.finish(cachedPath(cache, key));
    } catch (error) {
      await writer.abandon();
      throw error;
    }
  } finally {
    await opened.close();
  }
  const made = await readStore(cachedPath(request.streaming.cache, key), key);
  if (made === null)
    throw new InputError(`${request.streaming.cache}: what was written cannot be read back; is the disk sound?`);
  return made;
}

async function encodeInto(
  writer: StoreWriter,
  { request, rows, network, first }: EncodeTask,
  { run, shape, together, output }: FrozenNetwork,
): Promise<void> {
  const width = valuesOf(shape);
  let done = 0;
  request.progress?.(request.name, done, first.length);
  await eachBlock(rows, first, together, async (numbers, values) => {
    const given = await run(values, numbers.length);
    for (let i = 0; i < numbers.length; i++) {
      const own = given.slice(i * width, (i + 1) * width);
      if (!own.every(Number.isFinite)) {
        throw new InputError(
          `${network.label}: output "${output}" is not finite for row ${numbers[i] + 1} (header not counted) of ${request.table.label}; ` +
            "does it take numbers on another scale (`mean`, `std`)?",
        );
      }
      await writer.put(done + i, { bytes: new Uint8Array(own.buffer), gaps: 0 });
    }
    done += numbers.length;
    request.progress?.(request.name, done, first.length);
  });
}
