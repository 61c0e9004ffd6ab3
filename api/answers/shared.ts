/** All callers share one answer for `freshMs`. After an error the next caller reads again. */
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
