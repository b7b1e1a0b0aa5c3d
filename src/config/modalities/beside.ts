/**
 * Where the rows of a modality lie that are no columns of a table, as its config says. Checksums, `--resume`, configs that
 * are moved, another table and `--array` go by this alone, whatever the kind.
 * @typeParam C the config of the modality
 */
export interface Beside<C> {
  /** Files that hold its rows, as the config names them; files that the rows themselves name are not among them. */
  readonly files: readonly string[];
  /** The same config with those files, and the folder of files that rows name, under other names. @param rename a file's name -> its new name */
  readonly renamed: (rename: (file: string) => string) => C;
  /** Columns of the table that are read for it. */
  readonly needs: readonly NeededColumns[];
  /** Whether each row names files of its own, in columns of the table. */
  readonly rowFiles: boolean;
  /** What `--array NAME=PLACE` replaces for another table; undefined where such a table says itself where they lie. */
  readonly place: string | undefined;
  /** The same config with its rows in that place; without one, as another table says where they lie. */
  readonly at: (place?: string) => C;
}

/** Columns of the table that a modality is read by. */
export interface NeededColumns {
  /** Key of the modality that names them: `index`. */
  readonly key: string;
  /** Their names; globs and index ranges too, where the columns are of the past. */
  readonly columns: readonly string[];
  /** How they are read: numbers, NaN where there is none, or texts, null where the cell is empty. */
  readonly type: "number" | "text";
  /**
   * place: they say where a row lies, and are no feature of any modality; past: numbers of earlier rows, so that those of the
   * row itself may be another modality's, or the target; shared: other roles, of `id`, `group` or `order`, may name them too.
   */
  readonly role: "place" | "past" | "shared";
}

/** A modality of any kind. */
export interface OfAnyKind {
  readonly kind?: string | undefined;
}
