import { hole, outlineOf } from "./flow/texts.js";
import { type Cell, ObjectValue, type Value } from "./flow/values.js";

/** Calls that connect if a host and a port are among their arguments. */
const connecting =
  /(?:^|\.)(?:fetch|request|get|post|put|patch|delete|head|options|connect|createConnection|create_connection|urlopen|Client|Pool|Redis|createClient|WebSocket|Session|dial|open_connection|Agent)$/;
/** Libraries that never connect, though their functions have such names. */
const neverConnecting = /^(?:msw|nock|lru-cache|quick-lru|sinon|jest|vi)(?:\.|$)/;
/** Calls that only keep, compare or print an address, replace what connects, or wait for connections themselves. */
const notConnecting =
  /^(?:console|JSON|URL|URLSearchParams|Request|process|path|util|assert|Map|Set|WeakMap|Object|Array|String|Promise|Symbol|expect|chai|jest|vi|sinon|nock|msw|test|it|describe|before\w*|after\w*|logging|logger|print|pprint|str|repr|len|isinstance|os\.environ|os\.path|unittest|pytest|mock|argparse|yaml|json|re|express|fastify|koa|dotenv|zod|pino|winston|lru-cache|text|monkeypatch)(?:\.|\[|$)|(?:^|\.)(?:listen|serve|set|has|add|push|append|setdefault|setenv|log|info|debug|warn|warning|error|includes|startsWith|startswith|endsWith|replace|match|split|format|join|equal\w*|deepEqual|toBe|toEqual|mock\w*|spyOn|patch)$/i;
/** A partly known address whose host is known. */
const hasHost = new RegExp(`^[a-z][a-z0-9+.-]*://(?:[^/@]*@)?[^/@?#${hole}]+(?:[/?#]|$)`, "i");
const deepest = 3;
const mostTexts = 300;

/** The ports of servers whose clients take only a host. */
const portsOfClients: Readonly<Record<string, string>> = {
  pg: "5432",
  postgres: "5432",
  psycopg2: "5432",
  psycopg: "5432",
  asyncpg: "5432",
  mysql: "3306",
  mysql2: "3306",
  pymysql: "3306",
  ioredis: "6379",
  redis: "6379",
  ssh2: "22",
  paramiko: "22",
  ftplib: "21",
  http: "80",
  https: "443",
  smtplib: "25",
};

/** The services whose addresses are among the arguments of a call to code outside the source. */
export function servicesAt(path: string, args: readonly Cell[], services: Readonly<Record<string, string>>): string[] {
  if (Object.keys(services).length === 0) return [];
  const isConnection = connecting.test(path);
  if (neverConnecting.test(path) || (!isConnection && notConnecting.test(path))) return [];
  const found = new Places();
  for (const arg of args) found.read(arg, 0);
  const texts = args.flatMap((arg) => arg.texts().texts);
  const candidates = found.texts.flatMap((text) => addressesIn(text));
  const port = portsOfClients[path.split(".")[0]!];
  for (const { hosts, ports } of found.pairs)
    for (const host of hosts)
      for (const each of ports.length > 0 ? ports : port === undefined ? [] : [port])
        candidates.push(`${host}:${each}`);
  // `connect(port, host)` and `create_connection((host, port))`
  const plain = [...texts, ...(isConnection ? found.texts : [])];
  const numbers = plain.filter((text) => /^\d+$/.test(text));
  const local = isConnection ? ["localhost", "127.0.0.1"] : [];
  for (const number of numbers) for (const host of [...plain, ...local]) candidates.push(`${host}:${number}`);
  return [...new Set(candidates)].flatMap((candidate) => {
    const service = services[candidate];
    return service === undefined ? [] : [`service:${service}`];
  });
}

/** The texts in some values, and the hosts and ports that belong together. */
class Places {
  readonly texts: string[] = [];
  readonly pairs: { hosts: readonly string[]; ports: readonly string[] }[] = [];
  readonly #seen = new Set<Value>();

  read(cell: Cell, depth: number): void {
    for (const value of cell.values) {
      if (this.texts.length > mostTexts) return;
      const outline = outlineOf(value);
      if (value.kind === "text") this.texts.push(value.text);
      else if (outline !== undefined && hasHost.test(outline)) this.texts.push(outline.replaceAll(hole, "x"));
      else if (value instanceof ObjectValue && depth < deepest && !this.#seen.has(value)) this.#object(value, depth);
    }
  }

  #object(value: ObjectValue, depth: number): void {
    this.#seen.add(value);
    const of = (...names: string[]) => names.flatMap((name) => value.props.get(name)?.texts().texts ?? []);
    const hosts = of("host", "hostname", "server", "endPoint");
    const ports = of("port");
    if (hosts.length > 0) this.pairs.push({ hosts, ports });
    else if (ports.length > 0) this.pairs.push({ hosts: ["localhost", "127.0.0.1"], ports });
    for (const prop of value.props.values()) this.read(prop, depth + 1);
    this.read(value.rest, depth + 1);
  }
}

const defaultPorts: Readonly<Record<string, string>> = {
  "http:": "80",
  "https:": "443",
  "ws:": "80",
  "wss:": "443",
  "postgres:": "5432",
  "postgresql:": "5432",
  "redis:": "6379",
  "mysql:": "3306",
  "amqp:": "5672",
  "amqps:": "5671",
  "mqtt:": "1883",
  "mongodb:": "27017",
  "ftp:": "21",
  "ssh:": "22",
};

function addressesIn(text: string): string[] {
  if (/^[\w.-]+:\d+$/.test(text)) return [text];
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return [];
  try {
    const { protocol, hostname, port } = new URL(text);
    return [`${hostname}:${port === "" ? (defaultPorts[protocol] ?? "") : port}`];
  } catch {
    return [];
  }
}
