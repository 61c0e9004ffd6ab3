/** The settings of the guard of a server that trusts every client. */
export interface GuardSettings {
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  /** Ports on 127.0.0.1: the guard listens on `outside`, and the server on `inside`. */
  grpc: { outside: number; inside: number };
  page: { outside: number; inside: number };
  tls: { ca: string; cert: string; key: string };
  /** The token that opens the page. */
  token: string;
}

/** The name of the environment variable that contains the settings as JSON. */
export const guardVariable = "HOLDFAST_GUARD";
