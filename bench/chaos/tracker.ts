import { randomUUID } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import type { Job } from "../../client/grid-client.js";
import { packFolder } from "../../source/pack/pack.js";
import type { Lab } from "./lab.js";
import { until } from "./wait-until.js";
import type { Planned } from "./plan.js";
import { writeSource } from "./source.js";

/** How many times the time to settle is granted, as long as attempts still end. */
const mostTimes = 4;

const owner = "dev@example.org";

interface Sent {
  submissionId: string;
  tests: Planned[];
}

/** A planned test and its job; undefined if its submission never made the job. */
export interface Outcome {
  planned: Planned;
  job: Job | undefined;
}

/** Submits sources, and knows what was planned for each job. */
export class Tracker {
  readonly #lab: Lab;
  readonly #sent: Sent[] = [];
  longestSilentSeconds = 0;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  get planned(): number {
    return this.#sent.reduce((total, { tests }) => total + tests.length, 0);
  }

  async submit(tests: Planned[], through: "upload" | "git"): Promise<void> {
    const { folder, environment, client, repository } = this.#lab;
    const source = mkdtempSync(join(folder, "source-"));
    writeSource(source, tests, environment);
    const branch = `revision-${this.#sent.length + 1}`;
    const request =
      through === "git"
        ? ({ kind: "git", url: repository.url, revision: await repository.commit(source, branch) } as const)
        : ({ kind: "upload", sourceHash: await client.upload(await packFolder(source)) } as const);
    const { submissionId } = await client.submit({ source: request, owner }, randomUUID());
    this.#sent.push({ submissionId, tests });
  }

  /** How many planned jobs have no verdict yet, including jobs that are not made yet. Undefined while the database is away. */
  async unfinished(): Promise<number | undefined> {
    const ids = this.#sent.map(({ submissionId }) => submissionId);
    const rows = await this.#lab.grid
      .query<{ ended: number }>(
        "select count(*)::int as ended from jobs where submission_id = any($1) and verdict is not null",
        [ids],
      )
      .catch(() => undefined);
    await this.#lookForSilence(ids);
    return rows === undefined ? undefined : this.planned - rows[0]!.ended;
  }

  /** Measures how long jobs and submissions show no reason why they wait. */
  async #lookForSilence(ids: readonly string[]): Promise<void> {
    const rows = await this.#lab.grid
      .query<{ seconds: number | null }>(
        `select max(extract(epoch from now() - since))::float8 as seconds from (
          select changed_at as since from jobs where submission_id = any($1) and state = 'analysing'
          union all select changed_at from submissions where submission_id = any($1) and state in ('fetching', 'held') and reason is null) as silent`,
        [ids],
      )
      .catch(() => undefined);
    const seconds = Math.round(rows?.[0]?.seconds ?? 0);
    this.longestSilentSeconds = Math.max(this.longestSilentSeconds, seconds);
  }

  /**
   * Waits until every job has a verdict, up to four times as long if attempts still end.
   * Returns how many jobs have no verdict then.
   */
  async settle(timeoutMs: number): Promise<number> {
    let left = this.planned;
    for (let times = 0; times < mostTimes; times++) {
      const before = await this.#attempts();
      await until("every job to end", timeoutMs, async () => {
        left = (await this.unfinished()) ?? left;
        return left === 0 ? true : undefined;
      }).catch(() => undefined);
      if (left === 0 || (await this.#attempts()) === before) break;
    }
    return left;
  }

  async #attempts(): Promise<number> {
    const rows = await this.#lab.grid.query<{ count: number }>(
      "select count(*)::int as count from attempts where ended_at is not null",
    );
    return rows[0]!.count;
  }

  /** Waits until at least this many attempts run. */
  async awaitRunning(atLeast: number): Promise<void> {
    await until(`${atLeast} jobs to run`, 30_000, async () => {
      const rows = await this.#lab.grid.query<{ running: number }>(
        "select count(*)::int as running from attempts where ended_at is null",
      );
      return rows[0]!.running >= atLeast ? true : undefined;
    }).catch(() => undefined);
  }

  async outcomes(): Promise<Outcome[]> {
    const lists = await Promise.all(
      this.#sent.map(async ({ submissionId, tests }) => {
        const { jobs } = await this.#lab.client.jobs({ submission: submissionId, limit: "500" });
        return tests.map((planned) => ({ planned, job: jobs.find(({ test }) => test === planned.name) }));
      }),
    );
    return lists.flat();
  }
}
