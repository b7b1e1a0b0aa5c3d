import { targetNames } from "../config/data.js";
import { afterLosses } from "../data/account.js";
import type { SavedSplit } from "../data/dataset.js";
import type { PartName, Split } from "../data/split/split.js";
import { absentClassFaults } from "../data/target/class-parts.js";
import { refuseFaults, sizeFaults } from "../run/part-sizes.js";
import type { StudyBasis, StudyDesign } from "./study.js";

/**
 * The same study, which refuses a table before anything is written where a part of one of its splits has fewer rows than a
 * training needs, or lacks a class. Executors of a caller's own that need fewer take the design as it is.
 */
export function countingRows<R extends object>(design: StudyDesign<R>): StudyDesign<R> {
  const { config, read } = design;
  const targets = targetNames(config.data).length;
  return {
    ...design,
    read: async () => {
      const basis = await read();
      afterLosses(
        () => basis.account.losses,
        () =>
          refuseFaults(
            splitFaults(basis.splits, (split) => [
              ...sizeFaults(config, split, targets),
              ...absentClassFaults(basis.table.targets, rowsOf(basis.table, split)),
            ]),
          ),
      );
      return basis;
    },
  };
}

/** Rows of the parts by their ids. */
function rowsOf({ rowIds }: StudyBasis["table"], split: SavedSplit): Pick<Split, PartName> {
  const index = new Map(rowIds.map((id, row) => [id, row]));
  const of = (ids: readonly string[]) => Int32Array.from(ids.flatMap((id) => index.get(id) ?? []));
  return { train: of(split.train), validation: of(split.validation), test: of(split.test) };
}

/** Splits that are named where many have the same fault. */
const mostNamed = 3;

/** What is wrong with splits, every fault once with the splits that have it. */
function splitFaults(splits: StudyBasis["splits"], faultsOf: (split: SavedSplit) => readonly string[]): string[] {
  const entries = Object.entries(splits);
  const names = new Map<string, string[]>();
  for (const [name, split] of entries) {
    for (const fault of faultsOf(split)) names.set(fault, [...(names.get(fault) ?? []), name]);
  }
  return [...names].map(([fault, of]) => {
    if (entries.length === 1) return fault;
    const more = of.length > mostNamed ? ` and ${of.length - mostNamed} more` : "";
    return `${of.slice(0, mostNamed).join(", ")}${more}: ${fault}`;
  });
}
