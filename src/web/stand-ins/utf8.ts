const decoder = new TextDecoder("utf-8", { fatal: true });

/** Whether bytes are UTF-8, in the place of `src/files/utf8.ts`. */
export function isUtf8(bytes: Uint8Array): boolean {
  try {
    decoder.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
