/** In the place of a list of numbers in a document: which of the packed lists it is. */
const mark = "#numbers";
/** Shorter lists stay in the document. */
const fewest = 16;
const mostDigits = 9;
/** Stands for a list whose numbers are not short decimals. */
const asTheyAre = 255;

/**
 * Takes the long lists of numbers out of a document of JSON. A list of decimals is stored as differences of whole numbers, which take one
 * or two bytes each where it ascends; numbers of more digits, and lists of such, are stored as they are. Every number comes back
 * bit by bit.
 */
export function takeLists(document: unknown): { readonly document: unknown; readonly lists: Uint8Array } {
  const writer = new ByteWriter();
  let count = 0;
  const walked = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      if (value.length < fewest || !value.every((each) => Number.isFinite(each))) return value.map(walked);
      writeList(writer, value as number[]);
      return { [mark]: count++ };
    }
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, walked(own)]));
  };
  return { document: walked(document), lists: writer.bytes() };
}

/** The document that lists were taken out of. */
export function withLists(document: unknown, lists: Uint8Array): unknown {
  const reader = new ByteReader(lists);
  const all: number[][] = [];
  while (!reader.done) all.push(readList(reader));
  const walked = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walked);
    if (typeof value !== "object" || value === null) return value;
    const place = (value as Record<string, unknown>)[mark];
    if (typeof place === "number") return all[place];
    return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, walked(own)]));
  };
  return walked(document);
}

/** Digits, length, then differences of the numbers times 10^digits; then those that are not such decimals: place and value. */
function writeList(writer: ByteWriter, values: readonly number[]): void {
  const digits = digitsOf(values);
  writer.byte(digits);
  writer.whole(values.length);
  if (digits === asTheyAre) {
    for (const value of values) writer.double(value);
    return;
  }
  let before = 0;
  for (const value of values) {
    const scaled = Math.round(value * 10 ** digits);
    const difference = scaled - before;
    writer.whole(difference < 0 ? -2 * difference - 1 : 2 * difference);
    before = scaled;
  }
  const others = values.flatMap((value, i) => (isDecimal(value, digits) ? [] : [i]));
  writer.whole(others.length);
  for (const i of others) {
    writer.whole(i);
    writer.double(values[i]);
  }
}

function readList(reader: ByteReader): number[] {
  const digits = reader.byte();
  const length = reader.whole();
  if (digits === asTheyAre) return Array.from({ length }, () => reader.double());
  let before = 0;
  const values = Array.from({ length }, () => {
    const code = reader.whole();
    before += code % 2 === 0 ? code / 2 : -(code + 1) / 2;
    return before / 10 ** digits;
  });
  for (let left = reader.whole(); left > 0; left--) values[reader.whole()] = reader.double();
  return values;
}

/** Fewest digits with which most numbers are decimals. */
function digitsOf(values: readonly number[]): number {
  for (let digits = 0; digits <= mostDigits; digits++) {
    const small = values.every((value) => Math.abs(value) * 10 ** digits < 2 ** 50);
    if (small && values.filter((value) => !isDecimal(value, digits)).length <= values.length / 8) return digits;
  }
  return asTheyAre;
}

/** Whether a number comes back from its whole number of the last digit; -0 does not. */
function isDecimal(value: number, digits: number): boolean {
  const whole = Math.round(value * 10 ** digits) + 0;
  return Object.is(whole / 10 ** digits, value);
}

class ByteWriter {
  private readonly written: number[] = [];
  private readonly view = new DataView(new ArrayBuffer(8));

  byte(value: number): void {
    this.written.push(value);
  }

  /** A whole number from 0, seven bits a byte, the lowest first. */
  whole(value: number): void {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.byte(128 + (rest % 128));
    this.byte(rest);
  }

  double(value: number): void {
    this.view.setFloat64(0, value, true);
    for (let i = 0; i < 8; i++) this.byte(this.view.getUint8(i));
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.written);
  }
}

class ByteReader {
  private at = 0;
  private readonly view: DataView;

  constructor(private readonly given: Uint8Array) {
    this.view = new DataView(given.buffer, given.byteOffset, given.byteLength);
  }

  get done(): boolean {
    return this.at >= this.given.length;
  }

  byte(): number {
    return this.given[this.at++];
  }

  whole(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  }

  double(): number {
    const value = this.view.getFloat64(this.at, true);
    this.at += 8;
    return value;
  }
}
