/** What has not ended though its time was over. Each keeps a thread or a process that may never be free again. */
const overdue = new Set<string>();

/**
 * Waits for `begin` no longer than its time, and begins nothing beside what is overdue still.
 * @param what names what is asked: the same name is the same question
 * @throws Error that says so, and whatever `begin` throws in time
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
