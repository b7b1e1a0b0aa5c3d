import { type Html, html } from "../html.js";
import type { Sentence } from "../sentence.js";
import { joinWords } from "../text.js";

/** Share of each latent that passes its bottleneck. */
export interface LambdaFacts {
  /** Of many modalities those of which least passes. */
  readonly lambda: readonly { readonly name: string; readonly value: number }[];
}

const open = 0.9;

/** How much passes. */
export const lambdaSentences: readonly Sentence<LambdaFacts, Html>[] = [
  {
    id: "lambda/shares",
    when: () => true,
    say: ({ lambda }) => html`Of each latent the share lambda is signal and the rest noise:
      <b>${joinWords(lambda.map(({ name, value }) => `${name} ${value.toFixed(2)}`))}</b>.`,
  },
  {
    id: "lambda/open",
    when: ({ lambda }) => lambda.every(({ value }) => value >= open),
    say: () => html`At least nine tenths of every latent pass: the bottleneck holds little back.`,
  },
  {
    id: "lambda/held",
    when: ({ lambda }) => lambda.some(({ value }) => value < open),
    say: ({ lambda }) => {
      const held = lambda.filter(({ value }) => value < open).map(({ name }) => name);
      return html`Less than nine tenths of the latent of ${joinWords(held)} ${held.length === 1 ? "passes" : "pass"}.`;
    },
  },
];
