/** Bytes in front of the rows of a file: a magic of eight bytes, the length of the head, the head as JSON, zeros. */
export const frontBytes = 4096;
const headAt = 12;

/** The bytes in front of the rows. @param magic eight ASCII characters that name the format */
export function frontOf(magic: string, head: object): Buffer {
  const text = Buffer.from(JSON.stringify(head));
  if (text.length > frontBytes - headAt) throw new RangeError(`the head of a file of ${magic} is too long`);
  const front = Buffer.alloc(frontBytes);
  front.write(magic, "latin1");
  front.writeUInt32LE(text.length, magic.length);
  text.copy(front, headAt);
  return front;
}

/** The head in the bytes in front of the rows; null where they are of another format, or damaged. */
export function headIn(magic: string, front: Buffer): unknown {
  if (front.toString("latin1", 0, magic.length) !== magic) return null;
  const length = front.readUInt32LE(magic.length);
  try {
    return JSON.parse(front.toString("utf8", headAt, headAt + length));
  } catch {
    return null;
  }
}
