/** Names of columns that say of whom a row is: `subject`, `participant_id`, `PatientID`; not `subject_age`. */
const personNames =
  /^(.*[^a-z])?(subject|subj|sub|participant|patient|person|proband|volunteer|donor|animal|mouse)s?([^a-z]*(id|nr|no|num|number|code|key|name)s?)?$/i;

/** Names beyond so many are no longer counted: memory stays bounded, and so many are told by then. */
const mostCounted = 1_000_000;
/** A few rows that are written twice are copies, not people with several rows. */
const leastRepeated = 0.02;

/** Columns whose names say that they name people or animals. */
export function personColumns(columns: readonly string[]): string[] {
  return columns.filter((name) => personNames.test(name.replace(/(?<=[a-z])(?=[A-Z])/g, "_")));
}

/** Counts how many rows each name of a column has. */
export class RowsByName {
  private readonly rows = new Map<string, number>();
  private all = 0;

  add(names: Iterable<string | null | undefined>): void {
    for (const name of names) {
      if (name === null || name === undefined || name === "") continue;
      const before = this.rows.get(name);
      if (before === undefined && this.rows.size >= mostCounted) continue;
      this.rows.set(name, (before ?? 0) + 1);
      this.all++;
    }
  }

  /**
   * What is said where names have several rows each; undefined where hardly one has.
   * @param column  their column
   * @param follows what comes of it that nothing says so, and what to do
   */
  sentence(column: string, follows: string): string | undefined {
    const { size } = this.rows;
    if (size < 2 || this.all - size < Math.max(2, leastRepeated * this.all)) return undefined;
    let most = 0;
    for (const count of this.rows.values()) most = Math.max(most, count);
    return (
      `column "${column}" has ${size} values in ${this.all} rows, up to ${most} rows of one, and nothing says that these rows ` +
      `depend on one another: ${follows}`
    );
  }
}
