import { route } from "./route.js";

export const submissionsRoutes = {
  uploadSource: route(
    "PUT",
    "/sources",
    "submitter",
    200,
    "Upload a packed source (a gzipped tar); the answer has the hash to submit it by",
    ["incomplete-upload", "too-many-uploads", "too-much-uploaded", "wrong-source", "no-suite-file"],
  ),
  submit: route("POST", "/submissions", "submitter", 201, "Submit a source for test", [
    "no-owner",
    "repeated-key",
    "repeated-request",
    "too-many-jobs",
    { code: "unknown-source", status: 422 },
    "unknown-test",
    "wrong-address",
    "wrong-source",
    "wrong-suite-file",
  ]),
  listSubmissions: route(
    "GET",
    "/submissions",
    "viewer",
    200,
    "Submissions, newest first, with the counts of their jobs",
  ),
  readSubmission: route("GET", "/submissions/{submissionId}", "viewer", 200, "A submission and its jobs", [
    "unknown-submission",
  ]),
  cancelSubmission: route(
    "POST",
    "/submissions/{submissionId}/cancel",
    "submitter",
    202,
    "Cancel a submission that has no jobs yet",
    ["unknown-submission", "not-yours", "submission-ended"],
  ),
};

export const jobsRoutes = {
  listJobs: route("GET", "/jobs", "viewer", 200, "Jobs, newest first"),
  readJob: route("GET", "/jobs/{jobId}", "viewer", 200, "One job", ["unknown-job"]),
  explainJob: route("GET", "/jobs/{jobId}/why", "viewer", 200, "Why a job waits, is held, or got its verdict", [
    "unknown-job",
  ]),
  readLog: route(
    "GET",
    "/jobs/{jobId}/log",
    "viewer",
    200,
    "The log of an attempt; the header Holdfast-Next-Offset says where to continue. A Range of bytes is answered with 206",
    ["unknown-job", "wrong-range"],
  ),
  readAttempt: route(
    "GET",
    "/jobs/{jobId}/attempts/{number}",
    "viewer",
    200,
    "One attempt with its subtests and evidence",
    ["unknown-job", "unknown-attempt"],
  ),
  listArtifacts: route("GET", "/jobs/{jobId}/artifacts", "viewer", 200, "The files that a job's attempts left", [
    "unknown-job",
  ]),
  downloadArtifact: route(
    "GET",
    "/jobs/{jobId}/artifacts/{attempt}/{path*}",
    "viewer",
    200,
    "Download one file that an attempt left; slashes of the path are not escaped",
    ["unknown-job", "unknown-artifact", "artifact-not-whole"],
  ),
  cancelJob: route("POST", "/jobs/{jobId}/cancel", "submitter", 202, "Cancel a job", [
    "unknown-job",
    "not-yours",
    "job-finished",
  ]),
  skipWait: route(
    "POST",
    "/jobs/{jobId}/skip-wait",
    "submitter",
    202,
    "Confirm a failure now, if it waits because many tests began to fail together",
    ["unknown-job", "not-yours", "not-waiting"],
  ),
  rerunJob: route("POST", "/jobs/{jobId}/rerun", "submitter", 201, "Submit the same source, test and variant again", [
    "unknown-job",
    "not-yours",
    "not-possible",
    "repeated-key",
    "repeated-request",
    "too-many-jobs",
  ]),
  claimNotMyCode: route(
    "POST",
    "/jobs/{jobId}/not-my-code",
    "submitter",
    201,
    "Say that a failure is not about the code",
    ["unknown-job", "no-alarm"],
  ),
  answerNotMyCode: route(
    "POST",
    "/jobs/{jobId}/not-my-code/answer",
    "operator",
    200,
    "Agree or disagree with the claim that a failure is not about the code",
    ["unknown-job", "no-alarm"],
  ),
  extendJob: route("POST", "/jobs/{jobId}/extend", "submitter", 200, "Give a job more hold budget", [
    "unknown-job",
    "not-yours",
    "job-finished",
    "not-possible",
  ]),
  postponeMail: route("POST", "/jobs/{jobId}/postpone-mail", "submitter", 200, "Send the mail about a job later", [
    "unknown-job",
    "not-yours",
    "job-finished",
  ]),
};
