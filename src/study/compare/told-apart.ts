/**
 * Labels that name one thing each: those that are equal get the folder or file of their thing, and where that is the same too, or is not
 * known, their number in the order given.
 * @param places folder or file of each
 */
export function toldApart(labels: readonly string[], places: readonly (string | undefined)[]): string[] {
  return labels.map((label, i) => {
    const same = places.filter((_, j) => labels[j] === label);
    if (same.length === 1) return label;
    const place = places[i];
    const tells = place !== undefined && same.filter((other) => other === place).length === 1;
    return `${label} (${tells ? place : `no. ${i + 1}`})`;
  });
}
