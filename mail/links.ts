/** Addresses that mails and the API point to; all begin with the public address. */

export const jobPage = (publicUrl: string, jobId: string): string => `${publicUrl}/jobs/${jobId}`;
export const logPage = (publicUrl: string, jobId: string): string => `${publicUrl}/api/v1/jobs/${jobId}/log`;
export const artifactPage = (publicUrl: string, jobId: string, attempt: number, path: string): string =>
  `${publicUrl}/api/v1/jobs/${jobId}/artifacts/${attempt}/${path.split("/").map(encodeURIComponent).join("/")}`;
export const notMyCodePage = (publicUrl: string, jobId: string): string => `${jobPage(publicUrl, jobId)}/not-my-code`;
export const sourceAddress = (publicUrl: string, sourceHash: string): string =>
  `${publicUrl}/api/v1/sources/${sourceHash}`;
export const submissionPage = (publicUrl: string, submissionId: string): string =>
  `${publicUrl}/submissions/${submissionId}`;
export const downtimePage = (publicUrl: string, from: string, to: string): string =>
  `${publicUrl}/downtime?${new URLSearchParams({ from, to }).toString()}`;
export const servicePage = (publicUrl: string): string => `${publicUrl}/`;

/** A workflow's history in Temporal's web UI; null where the UI's address is not known. */
export function historyPage(temporalUi: string | null, namespace: string, workflowId: string): string | null {
  return temporalUi === null
    ? null
    : `${temporalUi}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}`;
}
