/** Every workflow type that the control worker runs; Temporal needs them in one module. */
export { healthMonitor } from "./health-monitor.js";
export { journal } from "./journal.js";
export { nightly } from "./nightly.js";
export { submission } from "./submission.js";
export { testJob } from "./test-job.js";
export { triggeredSubmission } from "./triggered-submission.js";
