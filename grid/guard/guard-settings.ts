/** The order for the guard of a server that trusts every client. */
export interface GuardSettings {
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  /** Ports on 127.0.0.1: where the guard listens, and where the server does. */
  grpc: { outside: number; inside: number };
  page: { outside: number; inside: number };
  tls: { ca: string; cert: string; key: string };
  /** Opens the page. */
  token: string;
}

/** Names the variable with the order, as JSON. */
export const guardVariable = "HOLDFAST_GUARD";
