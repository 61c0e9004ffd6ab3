import { ApplicationFailure, ApplicationFailureCategory } from "@temporalio/common";
import { whyJobsGetNoSecrets } from "../../../db/access/secrets.js";
import type { Queries } from "../../../db/connect.js";
import type { StoredSubmission } from "../../../db/jobs/submissions.js";
import type { FailureIdentifier } from "../../../domain/failures/failures.js";
import type { JobDefinition } from "../../../domain/jobs/job-definition.js";

/** The error that ends a submission because its user has to change something. */
export function userFailure(type: FailureIdentifier, message: string): ApplicationFailure {
  return ApplicationFailure.create({ message, type, nonRetryable: true, category: ApplicationFailureCategory.BENIGN });
}

/** Refuses a fetched suite that asks for more than the submission's token may use. @throws ApplicationFailure */
export async function assertMayRun(
  queries: Queries,
  { onlyProject, secretsOf }: Pick<StoredSubmission, "onlyProject" | "secretsOf">,
  project: string,
  definitions: readonly JobDefinition[],
): Promise<void> {
  if (onlyProject !== null && onlyProject !== project)
    throw userFailure(
      "user/wrong-suite-file",
      `the suite file is for project ${project}; the token of this submission is only for ${onlyProject}`,
    );
  const refusal = await whyJobsGetNoSecrets(queries, definitions, { project, secretsOf });
  if (refusal !== undefined) throw userFailure("user/wrong-suite-file", refusal);
}
