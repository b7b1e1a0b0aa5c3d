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

  equals(other: Uint8Array): boolean {
    return this.length === other.length && this.every((byte, i) => byte === other[i]);
  }

  /** Of several bytes, the last place from which on they stand. */
  override lastIndexOf(wanted: number | Uint8Array, from = this.length - 1): number {
    if (typeof wanted === "number") return super.lastIndexOf(wanted, from);
    let at = Math.min(from, this.length - wanted.length);
    while (at >= 0 && !wanted.every((byte, i) => byte === this[at + i])) at--;
    return at;
  }

  copy(to: Uint8Array, at = 0, start = 0, end = this.length): number {
    to.set(Uint8Array.prototype.subarray.call(this, start, end), at);
    return end - start;
  }

  readUInt16LE(at: number): number {
    return this.view().getUint16(at, true);
  }

  readUInt32LE(at: number): number {
    return this.view().getUint32(at, true);
  }

  readUInt32BE(at: number): number {
    return this.view().getUint32(at);
  }

  readInt32LE(at: number): number {
    return this.view().getInt32(at, true);
  }

  readInt32BE(at: number): number {
    return this.view().getInt32(at);
  }

  private view(): DataView {
    return new DataView(this.buffer, this.byteOffset, this.byteLength);
  }
}

function bytesOf(text: string, encoding: "utf8" | "latin1"): ArrayLike<number> {
  return encoding === "utf8" ? encoder.encode(text) : Array.from(text, (letter) => letter.charCodeAt(0));
}

export const Buffer = {
  from: (given: string | ArrayLike<number>, encoding: "utf8" | "latin1" = "utf8"): PageBytes =>
    new PageBytes(typeof given === "string" ? bytesOf(given, encoding) : given),
  alloc: (length: number): PageBytes => new PageBytes(length),
  allocUnsafe: (length: number): PageBytes => new PageBytes(length),
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
