/** How an earlier run of a test ended. Jobs without the verdict `pass` or `fail` are not runs. */
export interface Run {
  jobId: string;
  verdict: "pass" | "fail";
  flaky: boolean;
  revision: string;
  submittedAt: string;
}

/** How often a test passed recently. */
export interface Rate {
  runs: number;
  passed: number;
  flaky: number;
  /** The share of runs that did not pass, from 0 to 1; null without runs. */
  failureRate: number | null;
}

export function rateOf(runs: readonly Pick<Run, "verdict" | "flaky">[]): Rate {
  const passed = runs.filter(({ verdict }) => verdict === "pass").length;
  const flaky = runs.filter((run) => run.flaky && run.verdict === "pass").length;
  return {
    runs: runs.length,
    passed,
    flaky,
    failureRate: runs.length === 0 ? null : (runs.length - passed) / runs.length,
  };
}

/** The mark of a run: `+` passed, `~` passed in some of its attempts, `-` did not pass. */
export function markOf({ verdict, flaky }: Pick<Run, "verdict" | "flaky">): "+" | "~" | "-" {
  if (verdict === "fail") return "-";
  return flaky ? "~" : "+";
}

/** A series of failures that lasts until now. */
export interface FailingSince {
  /** The last run that passed before the series; null if none is known. */
  lastPass: { jobId: string; revision: string; submittedAt: string } | null;
  /** The first run that failed after it. */
  firstFail: { jobId: string; revision: string; submittedAt: string };
  /** The revisions that were submitted between the two, oldest first: those that are shown, and the number of all. */
  between: string[];
  betweenInAll: number;
  /** How many runs failed since, including this one. */
  fails: number;
}
