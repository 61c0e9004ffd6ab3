/** Records to which addresses the processes of an attempt open TCP connections. */
export interface ConnectionRecord {
  /** Ends the record. */
  end(): Promise<Connections>;
}

export interface Connections {
  /** Each address once, as `<host>:<port>`, IPv6 in brackets. */
  addresses: string[];
  /** Whether every connection was recorded. If not, these are only the connections that samples found open. */
  isComplete: boolean;
}

export function addressOf(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
