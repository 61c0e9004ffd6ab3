/** Reads something at most once in a time, for all who ask. An error is for those who wait, and the next one asks anew. */
export function shared<T>(freshMs: number, read: () => Promise<T>): () => Promise<T> {
  let [asked, answer]: [number, Promise<T> | undefined] = [Number.NEGATIVE_INFINITY, undefined];
  return () => {
    if (answer === undefined || performance.now() - asked > freshMs) {
      asked = performance.now();
      answer = read();
      answer.catch(() => (asked = Number.NEGATIVE_INFINITY));
    }
    return answer;
  };
}
