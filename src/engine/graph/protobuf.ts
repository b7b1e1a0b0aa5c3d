/** A protobuf message under construction, in a buffer that grows; fields appear in the order of the calls. */
export class Message {
  private buffer = Buffer.allocUnsafe(64);
  private length = 0;

  /** Any whole number that a double holds exactly. */
  integer(field: number, value: number): this {
    return this.tag(field, 0).varint(value);
  }

  float(field: number, value: number): this {
    this.tag(field, 5).reserve(4);
    this.length = this.buffer.writeFloatLE(value, this.length);
    return this;
  }

  double(field: number, value: number): this {
    this.tag(field, 1).reserve(8);
    this.length = this.buffer.writeDoubleLE(value, this.length);
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.tag(field, 2).varint(value.length).reserve(value.length);
    this.buffer.set(value, this.length);
    this.length += value.length;
    return this;
  }

  text(field: number, value: string): this {
    const length = Buffer.byteLength(value);
    this.tag(field, 2).varint(length).reserve(length);
    this.length += this.buffer.write(value, this.length);
    return this;
  }

  message(field: number, value: Message): this {
    return this.bytes(field, value.finish());
  }

  finish(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  private tag(field: number, wireType: number): this {
    return this.varint((field << 3) | wireType);
  }

  /** Seven bits per byte, lowest first; negative numbers as 64-bit two's complement. */
  private varint(value: number): this {
    this.reserve(10);
    if (value < 0) return this.negativeVarint(value);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.buffer[this.length++] = (rest % 0x80) | 0x80;
    this.buffer[this.length++] = rest;
    return this;
  }

  private negativeVarint(value: number): this {
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest >= 0x80n; rest >>= 7n) this.buffer[this.length++] = Number(rest & 0x7fn) | 0x80;
    this.buffer[this.length++] = Number(rest);
    return this;
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(2 * this.buffer.length, this.length + bytes));
    grown.set(this.finish());
    this.buffer = grown;
  }
}
