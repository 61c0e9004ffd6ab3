/** Notes to which addresses the processes of an attempt open TCP connections. */
export interface ConnectionRecord {
  /** Whether every connection is noted. Else only those that were open when somebody looked. */
  isComplete: boolean;
  /** Ends the record. @returns each address once, as `<host>:<port>`, IPv6 in brackets */
  end(): Promise<string[]>;
}

export function addressOf(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
