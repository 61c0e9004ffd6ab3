/** The code of a failed connection or lookup, such as `ECONNREFUSED`, or else its message. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
