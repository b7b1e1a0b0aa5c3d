/* What of `node:path` is done with names of files, in its place; as on POSIX systems. */

export const sep = "/";

/** A whole path, without `.` and `..`. */
export function resolve(...parts: readonly string[]): string {
  const from = parts.findLastIndex((part) => part.startsWith("/"));
  const left: string[] = [];
  for (const name of parts.slice(Math.max(0, from)).flatMap((part) => part.split("/"))) {
    if (name === "..") left.pop();
    else if (name !== "" && name !== ".") left.push(name);
  }
  return `/${left.join("/")}`;
}

export function join(...parts: readonly string[]): string {
  return parts
    .filter((part) => part !== "")
    .join("/")
    .replaceAll(/\/+/g, "/");
}

export function dirname(path: string): string {
  const at = path.lastIndexOf("/");
  return at > 0 ? path.slice(0, at) : at === 0 ? "/" : ".";
}

export function basename(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The way from one whole path to another. */
export function relative(from: string, to: string): string {
  const [one, other] = [from, to].map((path) =>
    resolve(path)
      .split("/")
      .filter((name) => name !== ""),
  );
  let same = 0;
  while (same < one.length && one[same] === other[same]) same++;
  return [...one.slice(same).map(() => ".."), ...other.slice(same)].join("/");
}

export default { sep, resolve, join, dirname, basename, relative };
