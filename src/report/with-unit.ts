/** Units of targets by their names; targets without one are left out. */
export type Units = Readonly<Record<string, string>>;

/** Name of a target with its unit, for an axis or the head of a table: "age (years)". */
export function withUnit({ units }: { readonly units?: Units | undefined }, target: string): string {
  const unit = units?.[target];
  return unit === undefined ? target : `${target} (${unit})`;
}

/** Unit of a target with a leading space, for a sentence: " years"; nothing where it has none. */
export function unitAfter({ units }: { readonly units?: Units | undefined }, target: string): string {
  const unit = units?.[target];
  return unit === undefined ? "" : ` ${unit}`;
}
