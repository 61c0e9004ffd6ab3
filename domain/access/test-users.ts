/**
 * The ids of the users that tests run as; both ends are included. Neither distributions nor containers use this range (systemd's
 * list of user ids calls it unused). Each agent has a part of the range, which depends on the agent's folder.
 */
const agents = 1_000_000;
const sandboxesOfAgent = 128;
export const usersOfTests = { first: 2_000_000_000, last: 2_000_000_000 + agents * sandboxesOfAgent - 1 };

/** @param agent a large number that belongs to the agent */
export function userOfSandbox(agent: number, sandbox: number): number {
  return usersOfTests.first + (agent % agents) * sandboxesOfAgent + sandbox;
}

export function isUserOfTests(user: number): boolean {
  return user >= usersOfTests.first && user <= usersOfTests.last;
}
