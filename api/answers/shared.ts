/** All callers share one answer for `freshMs`. After an error the next caller reads again. */
export function shared<T>(freshMs: number, read: () => Promise<T>): () => Promise<T> {
  const answer = sharedByKey(freshMs, () => read());
  return () => answer("");
}

const mostRemembered = 10_000;

/** The same with one answer for each key. */
export function sharedByKey<T>(freshMs: number, read: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const answers = new Map<string, { until: number; answer: Promise<T> }>();
  return (key) => {
    const known = answers.get(key);
    if (known !== undefined && known.until > performance.now()) return known.answer;
    if (answers.size >= mostRemembered) answers.clear();
    setTimeout(() => answers.get(key) === fresh && answers.delete(key), freshMs).unref();
    const fresh = { until: performance.now() + freshMs, answer: read(key) };
    answers.set(key, fresh);
    fresh.answer.catch(() => answers.get(key) === fresh && answers.delete(key));
    return fresh.answer;
  };
}
