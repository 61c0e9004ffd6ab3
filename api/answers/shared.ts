/** All callers share one answer for `freshMs`. After an error, the next caller reads again. */
export function shared<T>(freshMs: number, read: () => Promise<T>): () => Promise<T> {
  const answer = sharedByKey(freshMs, () => read());
  return () => answer("");
}

const mostRemembered = 10_000;

/** Like `shared`, with one answer for each key. */
export function sharedByKey<T>(freshMs: number, read: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (key) => {
    const known = answers.get(key);
    if (known !== undefined) return known;
    if (answers.size >= mostRemembered) answers.clear();
    const fresh = read(key);
    const forget = () => answers.get(key) === fresh && answers.delete(key);
    answers.set(key, fresh);
    setTimeout(forget, freshMs).unref();
    fresh.catch(forget);
    return fresh;
  };
}
