/** Which columns to read, and how. */
export interface ColumnRequest {
  readonly numbers: readonly string[];
  readonly texts: readonly string[];
}

/** Some consecutive rows of a table. */
export interface TableChunk {
  readonly rows: number;
  /** 0-based number of the first row. */
  readonly firstRow: number;
  /** One array [rows] per requested number column; NaN = missing; fresh arrays that may be kept. */
  readonly numbers: readonly Float64Array[];
  /** One array [rows] per requested text column; null = missing. */
  readonly texts: readonly (readonly (string | null)[])[];
}

/** An open table; rows come in file order. */
export interface TableSource {
  /** File name as the user wrote it. */
  readonly label: string;
  /** Column names in file order, as `columnName` writes them. */
  readonly columns: readonly string[];
  /**
   * Reads columns chunk by chunk and returns the number of rows; the next chunk waits for what is done with the one before.
   * @throws InputError naming file, row and column of a value that is not a finite number, or of a malformed row; also
   *   when the rows read are not all rows of the file, or the file changes meanwhile
   */
  stream(request: ColumnRequest, onChunk: (chunk: TableChunk) => void | Promise<void>): Promise<number>;
  /** Number in the file of a row that was handed on, 0-based; left out where it is the row itself. */
  readonly fileRow?: (row: number) => number;
  /** Sentences about lines that were not read as rows, once the table has been read. */
  readonly notes?: () => readonly string[];
  close(): void;
}
