import { expect, test } from "vitest";
import { holding, type Sentence } from "../../src/report/sentence.js";

/** A run, or what stands for one, and the ids of the sentences that must be said of it, in order; no others may be. */
export interface SentenceCase<Facts> {
  readonly run: string;
  readonly facts: Facts;
  readonly said: readonly string[];
}

/**
 * One test per run: exactly the named sentences are said of it. And one test of the table itself: each sentence is said
 * of at least one run and kept back from at least one, so that no claim stands without a run that speaks against it.
 * @param always ids of sentences that give numbers and claim nothing of them, which every run has
 */
export function sentenceTable<Facts, Text>(
  sentences: readonly Sentence<Facts, Text>[],
  cases: readonly SentenceCase<Facts>[],
  always: readonly string[] = [],
): void {
  test.each(cases)("$run", ({ facts, said }) => {
    expect(holding(sentences, facts).map(({ id }) => id)).toEqual(said);
  });
  test.each(sentences.map(({ id }) => ({ id })))("$id is said of some run and kept back from another", ({ id }) => {
    const saidOf = cases.filter(({ said }) => said.includes(id));
    expect(saidOf.length).toBeGreaterThan(0);
    if (always.includes(id)) expect(saidOf).toHaveLength(cases.length);
    else expect(saidOf.length).toBeLessThan(cases.length);
  });
}
