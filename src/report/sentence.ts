/**
 * A sentence with the condition under which it is true.
 *
 * Facts are what the sentence is about, as numbers and names; whoever gathers them has read the files. A sentence claims
 * nothing that its condition does not test, so that a table of sentences and runs can hold every claim.
 */
export interface Sentence<Facts, Text = string> {
  /** Names the claim in tests: "error/beats-ridge". */
  readonly id: string;
  /** Whether the claim holds of these facts. */
  when(facts: Facts): boolean;
  /** The claim in words; called only where it holds. */
  say(facts: Facts): Text;
}

/** The sentences that hold of the facts, in the order of the list. */
export function holding<Facts, Text>(sentences: readonly Sentence<Facts, Text>[], facts: Facts) {
  return sentences.filter((sentence) => sentence.when(facts));
}

/** What the facts let us say, in the order of the list. */
export function said<Facts, Text>(sentences: readonly Sentence<Facts, Text>[], facts: Facts): Text[] {
  return holding(sentences, facts).map((sentence) => sentence.say(facts));
}
