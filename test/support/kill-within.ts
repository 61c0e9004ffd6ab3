import pg from "pg";
import { eventually } from "./eventually.js";
import { type TestGrid } from "./grid.js";

/** Temporal's number for the state of an activity that a worker has started. */
const started = 2;

/**
 * Keeps an activity waiting for a database lock while its worker is killed, and until another worker has started it again.
 * @param cause makes the activity start, and gives the id of its workflow
 */
export async function killControlWithin(
  grid: TestGrid,
  activity: string,
  { lock, values = [] }: { lock: string; values?: unknown[] | undefined },
  cause: () => Promise<string>,
): Promise<void> {
  const holder = new pg.Client({ connectionString: grid.endpoints.database });
  await holder.connect();
  try {
    await holder.query("begin");
    await holder.query(lock, values);
    const workflowId = await cause();
    const first = await tryOf(grid, workflowId, activity, 1);
    await grid.killAndAwaitReturn("control");
    await tryOf(grid, workflowId, activity, first + 1);
  } finally {
    await holder.query("rollback");
    await holder.end();
  }
}

/** Waits until a worker has started an activity for at least the `least`-th time. @returns the number of this try */
function tryOf(grid: TestGrid, workflowId: string, activity: string, least: number): Promise<number> {
  return eventually(`try ${least} of ${activity}`, () =>
    grid.temporal(async (client) => {
      const { raw } = await client.workflow.getHandle(workflowId).describe();
      const pending = raw.pendingActivities?.find(({ activityType }) => activityType?.name === activity);
      const attempt = pending?.attempt ?? 0;
      return Number(pending?.state) === started && attempt >= least ? attempt : undefined;
    }),
  );
}
