import { InputError } from "../../errors.js";
import type { ReadColumns } from "../table/read-columns.js";

/** How the names of rows are made comparable: `bids`, or as they are spelled. */
export type KeyNormalisation = "bids";

/** Names of rows made of one column or of several. */
export interface RowKeys {
  /** [rows] as they are compared; null = empty, also where one of several columns is. */
  readonly keys: readonly (string | null)[];
  /** [rows] as the file spells them. */
  readonly spelled: readonly (string | null)[];
}

/** Stands between the parts of a name that several columns make. */
const between = "_";

/** What a key of several columns is called in messages: `participant_id + session_id`. */
export function keyTitle(columns: readonly string[]): string {
  return columns.join(" + ");
}

/**
 * Makes names of rows, of one file after the other: different rows never get the same name because of what stands between
 * its parts.
 */
export class KeyMaker {
  private readonly parts = new Map<string, readonly string[]>();

  constructor(private readonly normalise?: KeyNormalisation) {}

  /**
   * The names of a file's rows.
   * @param columns that make them, in the order of the key
   * @throws InputError for two names that would be written alike
   */
  of(table: ReadColumns, columns: readonly string[], label: string): RowKeys {
    const texts = columns.map((column) => table.texts.get(column) as readonly (string | null)[]);
    const spelled: (string | null)[] = [];
    const keys = Array.from({ length: table.rows }, (_, row) => {
      const parts = texts.map((values) => values[row]);
      const whole = parts.every((part) => part !== null);
      spelled.push(whole ? parts.join(between) : null);
      return whole ? this.key(parts as string[], label) : null;
    });
    return { keys, spelled: this.normalise === undefined ? keys : spelled };
  }

  private key(parts: readonly string[], label: string): string {
    const compared = this.normalise === undefined ? parts : parts.map(bidsName);
    const key = compared.join(between);
    if (parts.length === 1) return key;
    const known = this.parts.get(key);
    if (known === undefined) this.parts.set(key, compared);
    else if (known.some((part, i) => part !== compared[i])) {
      const shown = [known, compared].map((each) => each.map((part) => `"${part}"`).join(" + ")).join(" and ");
      throw new InputError(
        `data.join: ${label}: ${shown} would both be called "${key}"; write one of the columns so that they differ.`,
      );
    }
    return key;
  }
}

/**
 * A name without what differs between programs that write BIDS names: blanks, case, `sub-` and `ses-` in front, zeros in
 * front of a number, a trailing `.0`.
 */
export function bidsName(name: string): string {
  return name
    .normalize("NFKC")
    .replaceAll(/[\s\ufeff\u200b]+/gu, "")
    .toLowerCase()
    .split(between)
    .map((part) =>
      part
        .replace(/^(?:sub|ses)-/, "")
        .replace(/^(\d+)\.0+$/, "$1")
        .replace(/^0+(?=\d)/, ""),
    )
    .join(between);
}
