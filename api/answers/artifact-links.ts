import type { Artifact } from "../../db/jobs/artifacts.js";
import { artifactUrl } from "../../mail/page-urls.js";
import type { ApiDependencies } from "../dependencies.js";

/** A file of an attempt with its link. A file that was left out or is incomplete has no link. */
export function withLink(
  { attempt, path, bytes, leftOut, stored }: Artifact,
  { jobId }: { jobId: string },
  { publicUrl }: Pick<ApiDependencies, "publicUrl">,
) {
  const whole = leftOut === null && stored >= bytes;
  return { attempt, path, bytes, leftOut, whole, link: whole ? artifactUrl(publicUrl, jobId, attempt, path) : null };
}
