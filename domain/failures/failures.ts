import type { Blame } from "../states.js";

interface Failure {
  blame: Blame;
  help: string;
}

/** The catalogue of failure identifiers. Names are stable: mails, metrics and runbooks refer to them. */
export const failures = {
  "code/test-failed": {
    blame: "code",
    help: "The test's command, or one of its subtests, failed.",
  },
  "code/build-failed": { blame: "code", help: "The suite's build command failed." },
  "code/timeout": {
    blame: "code",
    help: "The test exceeded its time limit. It was confirmed with twice the limit.",
  },
  "code/no-result": {
    blame: "code",
    help: "The test exited with 0 but has no result: no test ran, or its report is missing or incomplete.",
  },
  "code/memory-limit": {
    blame: "code",
    help: "The test used more memory than it declares (machine:memory>=…) or than the grid's limits.memory allows.",
  },
  "code/disk-limit": {
    blame: "code",
    help: "The test's files took more disk space than the grid's limits.disk allows.",
  },
  "code/process-limit": {
    blame: "code",
    help: "The test started more processes and threads than the grid's limits.processes allows.",
  },
  "code/intermittent": {
    blame: "code",
    help: "The test fails in some runs and passes in others, on a healthy grid.",
  },
  "code/breaks-surroundings": {
    blame: "code",
    help: "Each time the test ran alone, it broke its environment. Each time a control ran instead, nothing broke.",
  },
  "infra/service-down": { blame: "infrastructure", help: "A service that the test requires is down." },
  "infra/service-unknown": {
    blame: "infrastructure",
    help: "A service that the test requires has not been probed recently.",
  },
  "infra/no-machine": {
    blame: "infrastructure",
    help: "Machines match, but none of them is online and healthy now.",
  },
  "infra/machine-lost": {
    blame: "infrastructure",
    help: "The machine's agent stopped answering during the attempt.",
  },
  "infra/attempt-lost": {
    blame: "infrastructure",
    help: "The machine's agent was restarted during the attempt.",
  },
  "infra/lease-lost": {
    blame: "infrastructure",
    help: "The job lost its machine before or during the attempt, because its lease ended.",
  },
  "infra/source-unavailable": {
    blame: "infrastructure",
    help: "The machine could not get the stored source.",
  },
  "infra/repository-unreachable": {
    blame: "infrastructure",
    help: "The git repository did not answer.",
  },
  "infra/provision-error": {
    blame: "infrastructure",
    help: "The grid's provisioning hook did not succeed on the machine.",
  },
  "infra/prepare-error": {
    blame: "infrastructure",
    help: "The suite's prepare command did not succeed. A problem there counts as infrastructure.",
  },
  "infra/requirement-missing": {
    blame: "infrastructure",
    help: "The machine lacks something that the test requires.",
  },
  "infra/disk-full": {
    blame: "infrastructure",
    help: "The machine has too little disk space or too few inodes.",
  },
  "infra/claimed-by-test": {
    blame: "infrastructure",
    help: "The test itself blames its environment: with exit code 75, TAP's `Bail out!`, or an infrastructure error of the test library.",
  },
  "infra/agent-error": {
    blame: "infrastructure",
    help: "The machine's agent could not carry out the attempt.",
  },
  "infra/surroundings-unhealthy": {
    blame: "infrastructure",
    help: "The environment of the test was not healthy while it ran, so its result proves nothing.",
  },
  "infra/environment-changed": {
    blame: "infrastructure",
    help: "The last passing source of this test does not pass any more either, so its environment has changed.",
  },
  "infra/environment-suspected": {
    blame: "infrastructure",
    help: "Tests of several projects began to fail at the same time. The failure is confirmed again later.",
  },
  "admin/excluded": {
    blame: "infrastructure",
    help: "An admin's exclusion keeps the test off every machine that matches.",
  },
  "admin/paused": {
    blame: "infrastructure",
    help: "An admin has paused the grid, a service, the machines or the job.",
  },
  "admin/maintenance": {
    blame: "infrastructure",
    help: "The grid, a service or the machines are in planned maintenance.",
  },
  "admin/code-gap": {
    blame: "infrastructure",
    help: "The grid holds tests whose code it could not read completely (analysis in grid.yaml).",
  },
  "admin/stopped": {
    blame: "infrastructure",
    help: "An admin's pause stopped the attempt. The job runs again when the pause ends.",
  },
  "user/unsatisfiable": {
    blame: "user",
    help: "No machine of the grid fulfills the requirements, healthy or not.",
  },
  "user/unknown-revision": {
    blame: "user",
    help: "The repository answers, but has no such revision.",
  },
  "user/no-suite-file": { blame: "user", help: "The source has no holdfast.yaml in its root." },
  "user/wrong-suite-file": {
    blame: "user",
    help: "The suite file has a mistake.",
  },
  "user/wrong-source": {
    blame: "user",
    help: "The source contains something that Holdfast does not accept.",
  },
  "user/source-too-large": { blame: "user", help: "The source is larger than the grid accepts." },
  "user/too-many-jobs": {
    blame: "user",
    help: "The submitter would have more open jobs than one token may have. Submit again when others have ended.",
  },
  "user/unknown-requirement": {
    blame: "user",
    help: "The code requires something that this grid does not define.",
  },
  "user/unreadable-code": {
    blame: "user",
    help: "The test's code could not be read for requirements.",
  },
  "unknown/breaks-machines": {
    blame: "unknown",
    help: "Machines were lost one after the other while they ran this job.",
  },
  "unknown/breaks-surroundings": {
    blame: "unknown",
    help: "The environment broke in each run of the test and in no quiet window. There is no control to compare with.",
  },
  "unknown/claimed-by-test": {
    blame: "unknown",
    help: "The test blames its environment. No probe agrees, and there is no earlier passing source to compare with.",
  },
  "unknown/skips-and-fails": {
    blame: "unknown",
    help: "The test fails in some runs and is skipped in others.",
  },
  "unknown/never-clean": {
    blame: "unknown",
    help: "The test never had a result in a healthy environment, and no outage explains why.",
  },
} as const satisfies Record<string, Failure>;

export type FailureIdentifier = keyof typeof failures;

/** The catalogue in order. `retriable` means that the job runs again automatically, later or on another machine. */
export function catalog(): (Failure & { identifier: FailureIdentifier; retriable: boolean })[] {
  return Object.entries(failures).map(([identifier, failure]) => ({
    identifier: identifier as FailureIdentifier,
    ...failure,
    retriable: failure.blame === "infrastructure",
  }));
}

export function blameOf(identifier: FailureIdentifier): Blame {
  return failures[identifier].blame;
}

export function helpOf(identifier: FailureIdentifier): string {
  return failures[identifier].help;
}

export function isFailureIdentifier(text: string): text is FailureIdentifier {
  return text in failures;
}
