/** What a failed connection or look-up says in one word, such as `ECONNREFUSED`. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
