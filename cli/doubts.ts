import type { Job, Why } from "../client/grid-client.js";
import { correctionText } from "../domain/verdict/reverification/correction.js";

/** What is known about a failure that is being verified, line by line. */
export function verifyingLines({ verifying }: Why): string[] {
  if (verifying === null) return [];
  const known = verifying.known.map(({ text, jobId }) => `  - ${text}${jobId === null ? "" : ` (job ${jobId})`}`);
  return [
    "A failure is being verified; nobody has been notified yet:",
    ...known,
    ...verifying.wanted.map(({ text }) => `  - ${text}`),
  ];
}

/** The job that this one runs for, and what happened to its verdict after it was reported. */
export function doubtLines({ runsFor, correctedBy, notMyCode }: Job): string[] {
  const ruling = notMyCode?.ruling ?? null;
  return [
    ...(runsFor === null ? [] : [`  runs as ${runsFor.purpose} for job ${runsFor.jobId}`]),
    ...(correctedBy === null
      ? []
      : [
          `  ${correctedBy.verdict === null ? "runs again as" : "corrected by"} job ${correctedBy.jobId}: ${correctionText(correctedBy.verdict)}`,
        ]),
    ...(notMyCode?.claims ?? []).map(
      ({ name, why, at }) => `  not my code, says ${name ?? "somebody"} at ${at}: ${why}`,
    ),
    ...(ruling === null ? [] : [`  ${ruling.author} ${ruling.ruling}s: ${ruling.why}`]),
  ];
}
