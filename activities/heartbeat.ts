import { Context } from "@temporalio/activity";

const everyMs = 2_000;

/**
 * Keeps an activity's heartbeat going while it works, so that the death of its worker is noticed within seconds.
 * A local activity has no heartbeat: its workflow task has a time limit instead.
 */
export async function withHeartbeat<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  if (context.info.isLocal) return work();
  const heartbeat = () => context.heartbeat();
  heartbeat();
  const timer = setInterval(heartbeat, everyMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Aborts when the activity is cancelled. */
export function stopOf(): AbortSignal {
  return Context.current().cancellationSignal;
}
