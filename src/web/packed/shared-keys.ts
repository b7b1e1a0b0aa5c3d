type Document = Readonly<Record<string, unknown>>;

/** Documents as the first one, and of the others the keys that differ from it: members of an ensemble prepare their columns alike. */
export function withoutShared([first, ...others]: readonly Document[]): Document[] {
  const known = new Map(Object.entries(first).map(([key, value]) => [key, JSON.stringify(value)]));
  const own = (document: Document) =>
    Object.fromEntries(Object.entries(document).filter(([key, value]) => known.get(key) !== JSON.stringify(value)));
  const missing = (document: Document) => Object.keys(first).filter((key) => !(key in document));
  return [first, ...others.map((document) => ({ own: own(document), missing: missing(document) }))];
}

/** The documents that `withoutShared` made short. */
export function withShared([first, ...others]: readonly Document[]): Document[] {
  return [
    first,
    ...others.map((document) => {
      const { own, missing } = document as { own: Document; missing: readonly string[] };
      const shared = Object.entries(first).filter(([key]) => !missing.includes(key));
      return { ...Object.fromEntries(shared), ...own };
    }),
  ];
}
