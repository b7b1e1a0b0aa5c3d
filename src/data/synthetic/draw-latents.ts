import type { Rng } from "../../math/rng.js";
import type {
  AdditiveFamily,
  BlurredFamily,
  CurveFamily,
  Family,
  ProductFamily,
  SplitFamily,
  VectorFamily,
} from "./generators.js";

/** Latent causes of a table and the targets that they make. */
export interface Drawn {
  /** Per modality its latents, each [rows]. */
  readonly latents: readonly (readonly Float64Array[])[];
  readonly targets: readonly Float64Array[];
}

/** Draws the latents of a family and its targets; every latent has a stream of its own, split by its name. */
export function drawLatents(family: Family, noise: number, rows: number, rng: Rng): Drawn {
  const causes = new Causes(noise, rows, rng);
  switch (family.kind) {
    case "product":
      return drawProduct(family, causes);
    case "sign":
      return drawSign(causes);
    case "curve":
      return drawCurve(family, causes);
    case "split":
      return drawSplit(family, causes);
    case "blurred":
      return drawBlurred(family, causes);
    case "additive":
      return drawAdditive(family, causes);
    case "vector":
      return drawVector(family, causes);
    case "switch":
      return drawSwitch(causes);
  }
}

/** Independent standard normal columns by name, and weighted sums of them. */
class Causes {
  constructor(
    readonly noise: number,
    private readonly rows: number,
    private readonly rng: Rng,
  ) {}

  /** [rows]; the same name gives the same column. */
  draw(name: string): Float64Array {
    const values = new Float64Array(this.rows);
    this.rng.split(name).fillNormal(values);
    return values;
  }

  sum(terms: readonly (readonly [number, Float64Array])[]): Float64Array {
    return Float64Array.from({ length: this.rows }, (_, i) =>
      terms.reduce((total, [weight, values]) => total + weight * values[i], 0),
    );
  }

  /** The sum with the noise of a target, `e` by default. */
  target(terms: readonly (readonly [number, Float64Array])[], noise = "e"): Float64Array {
    return this.sum([...terms, [this.noise, this.draw(noise)]]);
  }

  /** One column per name. */
  all(...names: readonly string[]): Float64Array[] {
    return names.map((name) => this.draw(name));
  }
}

function drawProduct({ shared, own, product, bystanders = 0 }: ProductFamily, causes: Causes): Drawn {
  const [c, u1, v1, u2, v2] = causes.all("c", "u1", "v1", "u2", "v2");
  const y = causes.target([
    [shared, c],
    [own[0], u1],
    [own[1], u2],
    [product, v1.map((v, i) => v * v2[i])],
  ]);
  return { latents: [[c, u1, v1], [c, u2, v2], ...Array.from({ length: bystanders }, () => [])], targets: [y] };
}

function drawSign(causes: Causes): Drawn {
  const [v1, v2] = causes.all("v1", "v2");
  const signs = v1.map((v, i) => Math.sign(v * v2[i]));
  return { latents: [[v1], [v2]], targets: [causes.target([[1, signs]])] };
}

function drawSwitch(causes: Causes): Drawn {
  const [s, u1, u2] = causes.all("s", "u1", "u2");
  const switched = s.map((value, i) => (value > 0 ? u1[i] : u2[i]));
  return { latents: [[s], [u1], [u2]], targets: [causes.target([[1, switched]])] };
}

function drawCurve({ frequency }: CurveFamily, causes: Causes): Drawn {
  const [u1, u2] = causes.all("u1", "u2");
  return { latents: [[u1], [u2]], targets: [causes.target([[1, u1.map((u) => Math.sin(frequency * u))]])] };
}

function drawSplit({ shared, own, product }: SplitFamily, causes: Causes): Drawn {
  const [c, u1, v1, u2, v2] = causes.all("c", "u1", "v1", "u2", "v2");
  const first = causes.target([
    [shared, c],
    [own, u1],
  ]);
  const second = causes.target([[product, v1.map((v, i) => v * v2[i])]], "e2");
  const latents = [
    [c, u1, v1],
    [c, u2, v2],
  ];
  return { latents, targets: [first, second] };
}

function drawBlurred({ blur }: BlurredFamily, causes: Causes): Drawn {
  const [c, ...noises] = causes.all("c", "n1", "n2");
  const view = (noise: Float64Array) =>
    causes.sum([
      [1, c],
      [blur, noise],
    ]);
  return { latents: noises.map((noise) => [view(noise)]), targets: [causes.target([[1, c]])] };
}

function drawAdditive({ shared, own }: AdditiveFamily, causes: Causes): Drawn {
  const [c, ...parts] = causes.all("c", ...own.map((_, k) => `u${k + 1}`));
  const y = causes.target([[shared, c], ...parts.map((part, k) => [own[k], part] as const)]);
  return { latents: parts.map((part) => [c, part]), targets: [y] };
}

function drawVector({ shared, own }: VectorFamily, causes: Causes): Drawn {
  const [c, ...parts] = causes.all("c", "u1", "u2");
  const targets = parts.map((part, k) =>
    causes.target(
      [
        [shared, c],
        [own, part],
      ],
      k === 0 ? "e" : "e2",
    ),
  );
  return { latents: parts.map((part) => [c, part]), targets };
}
