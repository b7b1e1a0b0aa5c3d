/** A relative path of files, its parts divided by `/`, as the address of a link. */
export function hrefOf(path: string): string {
  const parts = path.split("/").map((part) => (/^\.{1,2}$/.test(part) ? part : encodeURIComponent(part)));
  // Without it a first part with a colon would be read as the name of a protocol.
  return path.startsWith(".") ? parts.join("/") : `./${parts.join("/")}`;
}
