/** How an earlier run of a test ended. Infrastructure leaves no run behind: it gives no verdict. */
export interface Run {
  jobId: string;
  verdict: "pass" | "fail";
  flaky: boolean;
  revision: string;
  submittedAt: string;
}

/** How often a test passed of late. */
export interface Rate {
  runs: number;
  passed: number;
  flaky: number;
  /** Of those that did not pass, from 0 to 1; null without any run. */
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

/** One letter a run, oldest first: `+` passed, `~` passed in some of its attempts, `-` did not pass. */
export function markOf({ verdict, flaky }: Pick<Run, "verdict" | "flaky">): "+" | "~" | "-" {
  if (verdict === "fail") return "-";
  return flaky ? "~" : "+";
}

/** A time of failing that reaches up to now. */
export interface FailingSince {
  /** The last run that passed before; null where none is known. */
  lastPass: { jobId: string; revision: string; submittedAt: string } | null;
  /** The first one that failed after it. */
  firstFail: { jobId: string; revision: string; submittedAt: string };
  /** Revisions submitted between the two, oldest first, as many as are shown, and how many there are in all. */
  between: string[];
  betweenInAll: number;
  /** Runs that failed since, this one among them. */
  fails: number;
}
