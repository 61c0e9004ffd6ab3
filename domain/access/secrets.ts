import { isOperator, type Role } from "./roles.js";

/** The name that means all projects. */
export const everyProject = "*";

/**
 * The project whose secrets the jobs of a submission may use; null for none. A submission names its own project, which proves
 * nothing. Only a token of that project, or of an operator, is a proof.
 * @param project the project of the token; null if the token has none
 */
export function secretsFor({ role, project }: { role: Role; project: string | null }): string | null {
  return project ?? (isOperator(role) ? everyProject : null);
}

/**
 * Why jobs cannot have the secrets that they name; undefined if they can.
 * @param secretsOf the result of `secretsFor`
 * @param known the names of secrets that the project has
 */
export function whyNoSecrets(
  wanted: readonly string[],
  { project, secretsOf, known }: { project: string; secretsOf: string | null; known: readonly string[] },
): string | undefined {
  if (wanted.length === 0) return undefined;
  if (secretsOf !== everyProject && secretsOf !== project)
    return `secrets of project ${project} are for submissions with a token of that project, or of an operator`;
  const missing = wanted.filter((name) => !known.includes(name));
  if (missing.length === 0) return undefined;
  return `project ${project} has no secret ${missing.join(", ")}; an admin adds it with \`holdfast secret set\``;
}
