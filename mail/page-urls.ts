/** Addresses to which mails and the API link. All begin with the public address. */

export const jobUrl = (publicUrl: string, jobId: string): string => `${publicUrl}/jobs/${jobId}`;
export const logUrl = (publicUrl: string, jobId: string): string => `${publicUrl}/api/v1/jobs/${jobId}/log`;
export const artifactUrl = (publicUrl: string, jobId: string, attempt: number, path: string): string =>
  `${publicUrl}/api/v1/jobs/${jobId}/artifacts/${attempt}/${path.split("/").map(encodeURIComponent).join("/")}`;
export const notMyCodeUrl = (publicUrl: string, jobId: string): string => `${jobUrl(publicUrl, jobId)}/not-my-code`;
export const sourceUrl = (publicUrl: string, sourceHash: string): string => `${publicUrl}/api/v1/sources/${sourceHash}`;
export const submissionUrl = (publicUrl: string, submissionId: string): string =>
  `${publicUrl}/submissions/${submissionId}`;
export const downtimeUrl = (publicUrl: string, from: string, to: string): string =>
  `${publicUrl}/downtime?${new URLSearchParams({ from, to }).toString()}`;
export const gridUrl = (publicUrl: string): string => `${publicUrl}/`;

/** A workflow's history in Temporal's web UI; null if the UI's address is not known. */
export function historyUrl(temporalUi: string | null, namespace: string, workflowId: string): string | null {
  return temporalUi === null
    ? null
    : `${temporalUi}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}`;
}
