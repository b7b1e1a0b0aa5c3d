import type { Dataset } from "../dataset.js";
import { misspelled } from "../join/key-spelling.js";
import { siteLabels } from "./fit.js";
import type { Harmonisation } from "./harmonisation.js";

/** Rows of sites that were not estimated: how many of each, `(empty)` for rows without a site. */
export type UnadjustedSites = Readonly<Record<string, number>>;

/** data.json.harmonisation: which sites were brought together, and which rows were left as they are. */
export interface HarmonisationAccount {
  readonly site: string;
  readonly sites: readonly {
    readonly name: string;
    readonly trainingRows: number;
    /** own: its own location and scale; pooled: those of the small sites together; none: left as it is. */
    readonly estimate: "own" | "pooled" | "none";
  }[];
  /** With the confounds that are taken out afterwards. */
  readonly preserved: readonly string[];
  /** Confounds that cannot be told from the sites; left out where there are none. */
  readonly withSites?: readonly string[];
  /** Preserved targets, which the fit on training rows alone has read. */
  readonly preservedInFit: readonly string[];
  /** Rows of sites without an estimate, per part. */
  readonly leftAsTheyAre: Readonly<Record<string, UnadjustedSites>>;
  readonly unadjustedColumns: readonly string[];
}

/** @param parts rows of each part, by name */
export function harmonisationAccount(
  harmonisation: Harmonisation,
  dataset: Pick<Dataset, "labels">,
  parts: Readonly<Record<string, ArrayLike<number>>>,
): HarmonisationAccount {
  const { site, sites, covariates, withSites, fitOnly, unadjusted } = harmonisation;
  const left = Object.entries(parts).map(([name, rows]) => [name, leftSites(harmonisation, dataset, rows)] as const);
  return {
    site,
    sites: sites.map(({ name, rows, estimate }) => ({
      name,
      trainingRows: rows,
      estimate: estimate === null ? "none" : sharing(harmonisation, estimate) > 1 ? "pooled" : "own",
    })),
    preserved: covariates.map(({ name }) => name),
    ...(withSites === undefined ? {} : { withSites }),
    preservedInFit: fitOnly,
    leftAsTheyAre: Object.fromEntries(left),
    unadjustedColumns: unadjusted,
  };
}

/** What the user is told about the sites of a run. */
export function harmonisationMessages(account: HarmonisationAccount): string[] {
  const { withSites = [] } = account;
  const of = (kind: string) => account.sites.filter(({ estimate }) => estimate === kind).map(({ name }) => name);
  const [own, pooled, none] = [of("own"), of("pooled"), of("none")];
  const say = (text: string) => `data.harmonise: ${text}`;
  return [
    say(`differences between ${own.length + (pooled.length > 0 ? 1 : 0)} sites of "${account.site}" taken out`),
    ...(pooled.length > 0 ? [say(`small sites treated as one: ${listed(pooled)}`)] : []),
    ...(none.length > 0 ? [say(`sites with too few training rows stay as they are: ${listed(none)}`)] : []),
    ...(withSites.length > 0
      ? [
          say(
            `what ${listed(withSites)} tells (data.confounds) cannot be told from the sites, and went with their differences`,
          ),
        ]
      : []),
    ...leftMessages(account.leftAsTheyAre, new Set(none), [...own, ...pooled]),
    ...(account.unadjustedColumns.length > 0
      ? [say(`columns with too few values stay as they are: ${listed(account.unadjustedColumns)}`)]
      : []),
  ];
}

/** What the user is told about a table that is predicted. */
export function externalMessages(harmonisation: Harmonisation, dataset: Pick<Dataset, "labels" | "rows">): string[] {
  const rows = Int32Array.from({ length: dataset.rows }, (_, i) => i);
  const known = harmonisation.sites.flatMap(({ name, estimate }) => (estimate === null ? [] : [name]));
  return leftMessages({ "": leftSites(harmonisation, dataset, rows) }, new Set(), known);
}

function leftMessages(
  parts: Readonly<Record<string, UnadjustedSites>>,
  told: ReadonlySet<string>,
  known: readonly string[],
): string[] {
  return Object.entries(parts).flatMap(([part, sites]) => {
    const names = Object.keys(sites).filter((name) => !told.has(name));
    if (names.length === 0) return [];
    const rows = names.reduce((sum, name) => sum + sites[name], 0);
    return [
      `data.harmonise: ${rows} ${part === "" ? "" : `${part} `}${rows === 1 ? "row comes" : "rows come"} from sites that ` +
        `the training part does not know (${listed(names)}); their values stay as they are, like those of an average site${misspelled(names, known, "the training part")}`,
    ];
  });
}

function leftSites(harmonisation: Harmonisation, dataset: Pick<Dataset, "labels">, rows: ArrayLike<number>) {
  const estimated = new Set(harmonisation.sites.flatMap(({ name, estimate }) => (estimate === null ? [] : [name])));
  const labels = siteLabels(dataset, harmonisation.site);
  const counts = new Map<string, number>();
  for (const row of Array.from(rows)) {
    const name = labels[row];
    if (name !== null && estimated.has(name)) continue;
    const key = name ?? "(empty)";
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}

function sharing({ sites }: Harmonisation, estimate: number): number {
  return sites.filter((site) => site.estimate === estimate).length;
}

function listed(names: readonly string[]): string {
  return names.length > 8 ? `${names.slice(0, 8).join(", ")} and ${names.length - 8} more` : names.join(", ");
}
