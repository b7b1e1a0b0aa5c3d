const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** Cells up to so many bytes are read letter by letter while they are ASCII, which is several times as fast. */
const shortText = 64;

/** Bytes with what the readers of text tables ask of Node's `Buffer`, in whose place they stand in a browser. */
class PageBytes extends Uint8Array {
  override toString(encoding = "utf8", start = 0, end = this.length): string {
    if (encoding === "latin1" || end - start <= shortText) {
      const most = encoding === "latin1" ? 0x100 : 0x80;
      let text = "";
      let at = start;
      for (; at < end && this[at] < most; at++) text += String.fromCharCode(this[at]);
      if (at >= end) return text;
    }
    return decoder.decode(Uint8Array.prototype.subarray.call(this, start, end));
  }
}

export const Buffer = {
  from: (given: string | ArrayLike<number>): PageBytes =>
    new PageBytes(typeof given === "string" ? encoder.encode(given) : given),
  alloc: (length: number): PageBytes => new PageBytes(length),
  concat: (list: readonly Uint8Array[]): PageBytes => {
    const all = new PageBytes(list.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const bytes of list) {
      all.set(bytes, at);
      at += bytes.length;
    }
    return all;
  },
};
