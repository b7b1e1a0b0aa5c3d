import { InputError } from "../errors.js";
import { kindOfFitted } from "../modalities/kinds.js";
import type { Preparations } from "../modalities/prepare.js";
import type { PidRegArchitecture } from "../models/architecture.js";
import type { LocalPidModel } from "../pid/pointwise/local-pid.js";
import type { StoredMap, StoredReader } from "./stored-reader.js";

/** The parts of a stored model whose sizes must agree. */
export interface StoredShapes {
  readonly architecture: Pick<PidRegArchitecture, "modalities" | "targets" | "latentDim" | "predictor">;
  readonly terms: number;
  readonly preprocessor: Preparations;
}

/**
 * Checks that the parts of a stored model belong together: same modalities and widths.
 * @throws InputError naming file and part
 */
export function checkShapes(shapes: StoredShapes, file: string): void {
  const { architecture, preprocessor } = shapes;
  const { modalities, predictor } = architecture;
  const expect = (part: string, wanted: string, found: string) => {
    if (wanted !== found) throw new InputError(`${file}: ${part}: expected ${wanted}, found ${found}`);
  };
  const listed = (parts: readonly { name: string; width: number }[]) =>
    parts.map(({ name, width }) => `${name} (${width} inputs)`).join(", ");
  expect(
    "preprocessor",
    listed(modalities.map(({ name, inputWidth }) => ({ name, width: inputWidth }))),
    listed(preprocessor.modalities.map((fitted) => ({ name: fitted.name, width: kindOfFitted(fitted).width(fitted) }))),
  );
  for (const [part, layers, { length }] of [
    // Convolutions and transformers have one rate, that of what is pooled.
    ...modalities.map(
      (m) => [`encoder of ${m.name}`, m.convolution || m.transformer ? 1 : m.hidden.length, m.dropout] as const,
    ),
    ["predictor", predictor.hidden.length, predictor.dropout] as const,
  ]) {
    expect(`architecture: ${part}: dropout`, `${layers} rates`, `${length} rates`);
  }
}

/**
 * Checks that readouts, recalibration and local decomposition have the sizes of the model.
 * @param terms modalities and products that the joint readout sees
 * @throws InputError naming file and part
 */
export function checkReader(
  reader: StoredReader,
  { architecture, terms }: Pick<StoredShapes, "architecture" | "terms">,
  where: string,
): void {
  const { targets, latentDim: d, modalities } = architecture;
  const m = modalities.length;
  const count = (part: string, values: readonly unknown[], wanted: number) => {
    if (values.length !== wanted)
      throw new InputError(`${where}: ${part}: expected ${wanted} values, found ${values.length}`);
  };
  const map = (part: string, { weights, intercept }: StoredMap, inputs: number) => {
    count(`${part}.weights`, weights, inputs * targets);
    count(`${part}.intercept`, intercept, targets);
  };
  const { readouts, calibration, local } = reader;
  for (const [part, maps, single, joint] of [
    ["readouts", readouts, d, terms * d],
    ["calibration", calibration, 3 * targets, 3 * (m + 1) * targets],
  ] as const) {
    count(`${part}.byModality`, maps.byModality, m);
    for (const one of maps.byModality) map(`${part}.byModality`, one, single);
    map(`${part}.joint`, maps.joint, joint);
  }
  const names = modalities.map(({ name }) => name).join(", ");
  if (local.modalities.join(", ") !== names) {
    throw new InputError(`${where}: local.modalities: expected ${names}, found ${local.modalities.join(", ")}`);
  }
  checkLocal(local, targets, m, count);
}

type Count = (part: string, values: readonly unknown[], wanted: number) => void;

function checkLocal(local: LocalPidModel, targets: number, m: number, count: Count): void {
  const { retained, means } = local;
  const square = retained.length ** 2;
  count("local.scale", local.scale, targets);
  count(
    "local.retained",
    retained.filter((column) => column < targets),
    retained.length,
  );
  count("local.prior", local.prior, square);
  for (const mean of [means.target, means.joint, ...means.posteriors]) count("local.means", mean, targets);
  count("local.means.posteriors", means.posteriors, m);
  count("local.singles", local.singles, m);
  count("local.without", local.without, m);
  const readings = [
    ...local.singles.map((reading) => ["local.singles", reading, 1] as const),
    ["local.joint", local.joint, 1] as const,
    ["local.union", local.union, m] as const,
    ...local.without.map((reading) => ["local.without", reading, m] as const),
    ...(local.intersection === null ? [] : [["local.intersection", local.intersection, m] as const]),
  ];
  for (const [part, { forms }, wanted] of readings) {
    count(`${part}.forms`, forms, wanted);
    for (const form of forms) count(`${part}.forms`, form, square);
  }
}
