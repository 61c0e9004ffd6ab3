/** Probes that run past their time limit. Each of them occupies a thread or a process, perhaps forever. */
const overdue = new Set<string>();

/**
 * Waits for `begin` for at most `limitMs`. Starts nothing while an earlier call with the same name is overdue.
 * @param what identifies the probe: the same text means the same probe
 * @throws Error if the limit is exceeded or an earlier call is overdue, or the error of `begin`
 */
export async function withinLimit<T>(what: string, limitMs: number, begin: () => Promise<T>): Promise<T> {
  if (overdue.has(what)) throw new Error("an earlier probe has had no answer yet");
  const asked = begin();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      overdue.add(what);
      const forget = () => overdue.delete(what);
      asked.then(forget, forget);
      reject(new Error(`no answer within ${limitMs} ms`));
    }, limitMs);
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
