import type { RowPlace } from "../../files/positioned-rows.js";
import { GivenFiles } from "../files/given-files.js";

/** Rows of a file that was given, read by number where they lie, in the place of `src/files/positioned-rows.ts`. */
export class PositionedRows {
  readonly streamed = true;
  private readonly contents: Blob;

  constructor(private readonly place: RowPlace) {
    const given = GivenFiles.of(place.file);
    const contents = given?.files.read(given.rest);
    if (contents === undefined) throw new RangeError(`${place.file}: no such file was given`);
    this.contents = contents;
  }

  async read(numbers: ArrayLike<number>): Promise<Uint8Array[]> {
    const { start, rowBytes } = this.place;
    const one = async (row: number) => {
      const from = start + row * rowBytes;
      return new Uint8Array(await this.contents.slice(from, from + rowBytes).arrayBuffer());
    };
    return Promise.all(Array.from(numbers, one));
  }

  /** A browser reads files quickly enough: they are in its memory, or on the disk of the reader. */
  ahead(): void {}
}
