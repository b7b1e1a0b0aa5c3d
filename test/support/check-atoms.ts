import type { Decomposition } from "../../src/record/pid-schemas.js";
import { check, meanOf, must, type SentenceCheck, same } from "./check-errors.js";
import { type ReportedRun, shows } from "./reported-run.js";

/** The atom that a place in words names. */
function atomAt(of: Decomposition, place: string): number {
  const { unique, redundancy, partialRedundancy, synergy } = of.atoms;
  const value =
    place === "in both modalities" || place === "in every modality"
      ? redundancy
      : place === "in some modalities but not all"
        ? partialRedundancy
        : place.startsWith("only in the two") || place.startsWith("only in several")
          ? synergy
          : unique[place.slice("only in ".length)];
  if (typeof value !== "number") throw new Error(`no atom is ${place}`);
  return value;
}

const places =
  "in both modalities|in every modality|in some modalities but not all|only in the two together|only in several modalities together";

const amount = "#(?: \\((?:# to #|at least #)\\))? bits";
const carries =
  `${amount} about (.+?) on the (\\S+) rows` +
  "(?:: knowing (?:it|them) shrinks the spread of a Gaussian target to # %( or less)?)?\\.";

/** Faults of a total with its interval: both ends, or at least the lower one where there is no upper one. */
function totalFaults(
  [bits, low, high, least]: readonly (string | undefined)[],
  { information, intervals, standardErrors }: Decomposition,
) {
  const known = intervals !== null && intervals !== undefined;
  const open = known && intervals.upper.information.total === null;
  return [
    same("total", bits ?? "", information.total as number),
    must(
      "an interval where there is one",
      (low !== undefined || least !== undefined) === (known || standardErrors !== null),
    ),
    must("at least where it has no upper end", (least !== undefined) === open),
    known ? same("its low end", (open ? least : low) ?? "", intervals.lower.information.total as number) : null,
    known && !open ? same("its high end", high ?? "", intervals.upper.information.total as number) : null,
  ];
}

const total: SentenceCheck["faults"] = ([, bits, low, high, least, , rows, spread, less], { pid }) => [
  ...totalFaults([bits, low, high, least], pid),
  must("the rows of the atoms", rows === (pid.source === "heldout" ? "validation" : "training")),
  spread === undefined ? null : same("spread", spread, 100 * 2 ** -(pid.information.total as number)),
  must("or less where it is at least", spread === undefined || (less !== undefined) === (least !== undefined)),
];

const atoms: readonly SentenceCheck[] = [
  check("atoms", `(?:By the Gaussian reading t|T)ogether (.+?) carry ${carries}`, total),
  check("atoms", `(?:By the Gaussian reading )?(\\S+) carries ${carries}`, (found, run) => [
    ...total(found, run),
    must("one modality", run.pid.modalities.length === 1),
  ]),
  check("atoms", `Of these, (.+?)\\.(?= That| What| Nothing| Nor| By|$)`, ([list], run) => {
    const parts = [
      ...list.matchAll(
        new RegExp(`(-?[\\d.]+) bits \\((-?[\\d.]+) %\\) are (${places}|only in \\S+?)(?=,| and |$)`, "g"),
      ),
    ];
    const shown = parts.flatMap(([, bits, share, place]) => {
      const value = atomAt(run.pid, place);
      const of = run.pid.information.total as number;
      return [same(place, bits, value), same(`share ${place}`, share, (100 * value) / of)];
    });
    return [
      ...shown,
      must("parts to list", parts.length > 0),
      must("no more than the whole", parts.reduce((sum, [, , share]) => sum + Number(share), 0) < 102),
    ];
  }),
  check(
    "atoms",
    "That need not mean that they interact: (?:two )?modalities that only add up .+? unknown\\.",
    (_, run) => [
      must("two that tell alone", Object.values(run.pid.information.byModality).filter((v) => (v ?? 1) > 0).length > 1),
    ],
  ),
  check(
    "atoms",
    `(?:By the Gaussian reading w|W)hat is (${places}|only in \\S+), ${amount}, cannot be told from 0\\.`,
    ([place, bits, low, , least], run) => [
      same(place, bits, atomAt(run.pid, place)),
      must("an interval that reaches 0", Number(low ?? least) <= 0),
    ],
  ),
  check("atoms", "Nor can # smaller amounts?\\.", ([more], run) => [
    must("as many atoms beside those that are named", Number(more) < Object.keys(run.pid.atoms.unique).length + 3),
  ]),
  check("atoms", "(By the Gaussian reading nothing|Nothing) is (.+?)\\.", ([by, list], run) => [
    must(
      "whose reading",
      (by === "Nothing") === (run.metrics.classes !== undefined || run.pid.check?.nonGaussian === false),
    ),
    ...list.split(/, | or /).map((place) => must(`0 ${place}`, Math.abs(atomAt(run.pid, place)) < 1e-9)),
  ]),
  check(
    "atoms",
    "These rows cannot tell whether (.+?) or (.+?) alone tells more \\(difference # bits, 95 % interval # to #\\)(, so which of them has the unique part is open)?\\.",
    ([a, b, bits, low, high, open], run) => {
      const pair = run.pid.contrasts?.find(({ modalities: [x, y] }) => x === a && y === b);
      const known = Object.values(run.pid.information.byModality).map(Number);
      const best =
        Math.max(...known) <=
        Math.max(Number(run.pid.information.byModality[a]), Number(run.pid.information.byModality[b]));
      return [
        same("difference", bits, pair?.value ?? Number.NaN),
        must("an interval with 0 in it", Number(low) <= 0 && Number(high) >= 0),
        must(
          "open only between the best, with one target",
          open === undefined || (best && run.metrics.targets.length === 1),
        ),
      ];
    },
  ),
  check("atoms", "The same holds of # other pairs? of modalities that know less\\."),
  check(
    "atoms",
    "No information was found\\. What .+? about .+?, .+?, cannot be told from 0(?: by the Gaussian reading)?, so the atoms below have no meaning\\.( A conditional density found none either\\.)?",
    ([neither], run) => [
      must("the flag", run.pid.flags.includes("no-information") && run.pid.test.flags.includes("no-information")),
      must("the density where it was asked", (neither !== undefined) === (run.pid.check !== undefined)),
    ],
  ),
  check(
    "atoms",
    "The Gaussian reading is not enough\\. (?:By a conditional density|The Gaussian reading|The columns) .+? The atoms below are of the Gaussian reading(?:, about the mean of \\S+?)?\\.",
    (_, run) => [
      must("the flag", run.pid.flags.includes("non-gaussian") && run.pid.check?.nonGaussian === true),
      must("a gap", run.pid.check?.readings.some(({ misfit }) => misfit.bits > 2 * misfit.standardError) === true),
    ],
  ),
  check(
    "atoms",
    "The Gaussian reading by itself tells nothing from 0: .+?, so its atoms have no meaning\\.",
    (_, run) => [must("information by the density", run.pid.check?.informationFound === true)],
  ),
  check(
    "atoms",
    "No information beyond the Gaussian reading was found with # rows: (?:all together )?# ± # bits more\\.",
    ([rows, bits], run) => [
      same("rows", rows.replaceAll(",", ""), run.pid.check?.n ?? Number.NaN),
      same("gap", bits, run.pid.check?.readings.at(-1)?.gap.bits ?? Number.NaN),
      must("no flag", !run.pid.flags.includes("non-gaussian")),
    ],
  ),
  check("atoms", "Nearest neighbours put .+? than the density found\\."),
  check("atoms", "[^.]*? of which the density saw .+?\\."),
  check(
    "atoms",
    "The joint density did not use all that that of .+? uses; all together count as at least the largest of the informations\\.",
  ),
  check("atoms", "Whether the Gaussian reading is enough was not checked: (.+?)\\.$", ([reason], run) => [
    must("the reason", run.pid.checkLeftOut === reason),
  ]),
  check("atoms", "The parts disagree\\. .+? table\\.", (_, run) => [
    must("the flag", run.pid.flags.includes("no-information")),
  ]),
  check("atoms", "The fusion weights are equal(?:, since they are made of the Gaussian reading)?\\.", (_, run) => {
    const all = [
      ...Object.values(run.pid.weights?.byModality ?? {}),
      ...Object.values(run.pid.weights?.interaction ?? {}),
    ];
    return [must("equal weights", Math.max(...all) - Math.min(...all) < 1e-9)];
  }),
  check("atoms", "The fusion weights are not equal: .+?\\)\\."),
  check("atoms", `On the test rows the total is ${amount}\\.`, (found, run) => totalFaults(found, run.pid.test)),
  check("atoms", "On the test rows the total, .+?, cannot be told from 0(?: by the Gaussian reading)?\\.", (_, run) => [
    must("the flag", run.pid.test.flags.includes("no-information")),
  ]),
];

/** Sums of the sample-level atoms of the test rows that have any. */
function sums(run: ReportedRun): number[] {
  const columns = run.columns("local.").map((title) => run.column(title, "test"));
  return columns[0].map((_, i) => columns.reduce((sum, column) => sum + column[i], 0));
}

const labels = (run: ReportedRun): [label: string, column: string, atom: number][] => {
  const { unique, redundancy, partialRedundancy, synergy } = run.pid.test.atoms;
  const two = run.pid.modalities.length === 2;
  return [
    ...run.pid.modalities.map((name): [string, string, number] => [
      `only ${name}`,
      `unique.${name}`,
      Number(unique[name]),
    ]),
    [two ? "both" : "every modality", "redundancy", Number(redundancy)],
    ...(run.pid.modalities.length > 2
      ? [["some, not all", "partialRedundancy", Number(partialRedundancy)] as [string, string, number]]
      : []),
    ["only together", "synergy", Number(synergy)],
  ];
};

/** Atoms whose mean over the rows is another number, which the page must tell. */
export function untoldMeans(run: ReportedRun): string[] {
  const told = (run.readings.get("rows") ?? []).find((text) => text.startsWith("The mean over the rows")) ?? "";
  return labels(run).flatMap(([label, column, atom]) => {
    const average = meanOf(run.column(`local.${column}`, "test"));
    const apart = Math.abs(average - atom) > 0.02;
    const printed = told.match(new RegExp(`${label.replace(/[*|()]/g, "\\$&")} (-?[\\d.]+) \\(atom (-?[\\d.]+)\\)`));
    if (!apart && printed === null) return [];
    if (printed === null) return [`mean of ${label} is ${average}, the atom ${atom}, and the page does not say so`];
    return shows(printed[1], average) && shows(printed[2], atom)
      ? []
      : [`${label}: ${printed[0]}, recomputed ${average} and ${atom}`];
  });
}

const rows: readonly SentenceCheck[] = [
  check(
    "rows",
    "In # % of the test rows(?: that have every modality)? \\(# of #\\) what the modalities said made the true value look less likely than it was without them\\.",
    ([share, misled, known], run) => {
      const all = sums(run);
      const below = all.filter((sum) => sum < 0).length;
      return [
        same("rows", known, all.length),
        same("misled", misled, below),
        same("share", share, (100 * below) / all.length),
      ];
    },
  ),
  check("rows", "In none of the test rows(?: that have every modality)? \\(#\\) did .+? them\\.", (_, run) => [
    must(
      "no sum below 0",
      sums(run).every((sum) => sum >= 0),
    ),
  ]),
  check(
    "rows",
    "Look at the first rows of the second table first: a wrong record, or a case unlike the rest\\.",
    (_, run) => [must("information", !run.pid.test.flags.includes("no-information"))],
  ),
  check("rows", "# test rows? that lacks? a modality (?:have|has) no sample-level atoms\\.", ([lacking], run) => [
    same("rows that lack a modality", lacking, run.metrics.test.n - sums(run).length),
  ]),
  check("rows", "# rows? of high sum (?:are|is) not shown as most informative, .+? bits\\."),
  check("rows", "The mean over the rows is not the atom of the test part where this was moved, .+?\\)\\."),
];

/** The sentences about atoms and rows. */
export const atomChecks: readonly SentenceCheck[] = [...atoms, ...rows];
