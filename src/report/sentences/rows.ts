import { type Html, html } from "../html.js";
import type { Sentence } from "../sentence.js";
import { agree, formatBits, formatCount, formatPercent, joinWords, plural } from "../text.js";

/** Sample-level atoms of the test rows. */
export interface RowFacts {
  readonly testRows: number;
  /** Test rows that have every modality, and so atoms. */
  readonly known: number;
  /** Of these: sum of the atoms below 0. */
  readonly misled: number;
  /** Whether the test rows show information. */
  readonly found: boolean;
  /** Of the rows of highest sum: predicted worse than the error of all in some target. */
  readonly farBut: number;
  /** Name of that error. */
  readonly called: string;
  /** Atoms of the test part of which the mean over the rows is another number. */
  readonly differing: readonly { readonly label: string; readonly mean: number; readonly atom: number }[];
}

/** From which difference in bits the mean over the rows and the atom are both told. */
export const toldDifference = 0.02;

/** What rows tell, and what their mean is. */
export const rowSentences: readonly Sentence<RowFacts, Html>[] = [
  {
    id: "rows/misled",
    when: ({ misled }) => misled > 0,
    say: (facts) => html`In <b>${formatPercent(facts.misled / facts.known)}</b> of ${amongWhich(facts)}
      (${formatCount(facts.misled)} of ${formatCount(facts.known)}) what the modalities said made the true value look less
      likely than it was without them.`,
  },
  {
    id: "rows/look-first",
    // Where the modalities tell nothing, rows are misled by chance.
    when: ({ misled, found }) => misled > 0 && found,
    say: () => html`Look at the first rows of the second table first: a wrong record, or a case unlike the rest.`,
  },
  {
    id: "rows/none-misled",
    when: ({ misled }) => misled === 0,
    say: (
      facts,
    ) => html`In none of ${amongWhich(facts)} (${formatCount(facts.known)}) did what the modalities said make the
      true value look less likely than it was without them.`,
  },
  {
    id: "rows/incomplete",
    when: ({ known, testRows }) => known < testRows,
    say: ({
      known,
      testRows,
    }) => html`${plural(testRows - known, "test row")} that ${agree(testRows - known, "lacks", "lack")}
      a modality ${agree(testRows - known, "has", "have")} no sample-level atoms.`,
  },
  {
    id: "rows/far-but-many-bits",
    when: ({ farBut }) => farBut > 0,
    say: ({
      farBut,
      called,
    }) => html`${plural(farBut, "row")} of high sum ${agree(farBut, "is", "are")} not shown as most
      informative, because the prediction is off by more than the ${called}: where the true value is rare, a poor prediction on the
      right side tells many bits.`,
  },
  {
    id: "rows/mean-is-not-the-atom",
    when: ({ differing }) => differing.length > 0,
    say: ({ differing }) => {
      const told = differing.map(({ label, mean, atom }) => `${label} ${formatBits(mean)} (atom ${formatBits(atom)})`);
      return html`The mean over the rows is not the atom of the test part where this was moved, so that none is below 0 and no
        part exceeds the whole: ${joinWords(told)}.`;
    },
  },
];

function amongWhich({ known, testRows }: RowFacts): string {
  return known === testRows ? "the test rows" : "the test rows that have every modality";
}
