const quietMs = 60_000;

/** Whether an error says that the database does not answer: an error of PostgreSQL's classes 08 and 57P, or of the connection. */
export function isDatabaseAway(error: unknown): boolean {
  const { code = "", message = "" } = error as { code?: string; message?: string };
  return (
    /^(08\w{3}|57P0[1-5]|ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH)$/.test(code) ||
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/i.test(
      message,
    )
  );
}

/**
 * Logs errors. While the database is away, every request fails with the same error. So only the first one is logged,
 * without its stack. Later lines come at most once a minute and say how many errors there were.
 */
export function databaseLog(write: (error: unknown) => void): (error: unknown) => void {
  let [count, loggedAt] = [0, Number.NEGATIVE_INFINITY];
  return (error) => {
    if (!isDatabaseAway(error)) return write(error);
    count++;
    if (performance.now() - loggedAt < quietMs) return;
    const { message } = error as Error;
    write(`the database does not answer (${message}); ${count} requests failed with this since the last line`);
    [count, loggedAt] = [0, performance.now()];
  };
}
