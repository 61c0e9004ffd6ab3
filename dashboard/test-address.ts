/** The address of the page of a test. */
export function testAddress(project: string, test: string, branch: string | null = null): string {
  return `/tests?${new URLSearchParams({ project, test, ...(branch === null ? {} : { branch }) }).toString()}`;
}
