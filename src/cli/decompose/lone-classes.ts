/**
 * Sentences about classes that one row has: a slip of the pen, or nothing that could be learned.
 * @param codes [rows] class of each row of the table, -1 = no value
 */
export function loneClasses(classes: readonly string[], codes: Int32Array): string[] {
  const rows = new Int32Array(classes.length);
  const first = new Int32Array(classes.length);
  codes.forEach((code, row) => {
    if (code < 0) return;
    if (rows[code]++ === 0) first[code] = row;
  });
  return classes.flatMap((name, y) => {
    if (rows[y] !== 1) return [];
    const alike = classes.find((other) => other !== name && plainSpelling(other) === plainSpelling(name));
    const meant =
      alike === undefined
        ? "if it is mistyped, correct it"
        : `"${alike}" differs only by case, blanks or marks: write them alike`;
    return [
      `the class "${name}" of the target stands in row ${first[y] + 1} (header not counted) alone, and of one row nothing is learned; ${meant}`,
    ];
  });
}

/** A name without case, blanks and marks. */
function plainSpelling(name: string): string {
  return name
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "");
}
