/**
 * Where the rows of a modality lie that are no columns of a table, as its config says. Checksums, `--resume`, configs that
 * are moved, another table and `--array` go by this alone, whatever the kind.
 * @typeParam C the config of the modality
 */
export interface Beside<C> {
  /** Files that hold its rows, as the config names them. */
  readonly files: readonly string[];
  /** The same config with those files under other names. @param rename a file's name -> its new name */
  readonly renamed: (rename: (file: string) => string) => C;
  /** Column of the table that says which row of them belongs to one of its own; undefined where they are in its order. */
  readonly index: string | undefined;
  /** What `--array NAME=PLACE` replaces for another table; undefined where such a table says itself where they lie. */
  readonly place: string | undefined;
  /** The same config with its rows in that place. */
  readonly at: (place: string) => C;
}

/** A modality of any kind. */
export interface OfAnyKind {
  readonly kind?: string | undefined;
}
