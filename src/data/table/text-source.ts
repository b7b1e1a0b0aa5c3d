import type { TableKind } from "./table-formats.js";

/** A delimited text table that can be read from its beginning as often as need be: a file, or text in memory. */
export interface TextSource {
  /** What messages call it. */
  readonly label: string;
  readonly kind: TableKind;
  /** Its bytes, decompressed, without a byte order mark. @throws InputError when they are damaged or cut off */
  readonly bytes: (chunkSize?: number) => AsyncIterable<Buffer>;
  /** @throws InputError when it was written or replaced since it was opened */
  readonly refuseChanged: () => Promise<void>;
}
