/** A word of a command line as a POSIX shell takes it: in single quotes unless it is plain. */
export function shellQuoted(word: string): string {
  return /^[\w./=:@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
