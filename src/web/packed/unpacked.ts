import { bytesOfText } from "./text-bytes.js";

/** What was packed (deflate, RFC 1951) and written as text. */
export async function unpacked(text: string): Promise<Uint8Array> {
  const stream = new Blob([bytesOfText(text)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
