/** The name of the process of a machine's agent. */
export const agentName = (machine: string): string => `agent-${machine}`;
