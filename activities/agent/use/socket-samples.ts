import { readdir, readFile, readlink } from "node:fs/promises";
import { addressOf, type ConnectionRecord } from "./connection-record.js";

/** Searching all processes costs more than searching the table of sockets. */
const everyMs = { user: 250, groups: 1_000 } as const;
const mostAddresses = 4_096;
/** The state LISTEN in the kernel's table of sockets. */
const listening = "0A";

/** A connection in the kernel's table of sockets. */
interface Connection {
  user: number;
  inode: string;
  address: string;
}

/** Repeatedly samples which connections a user's processes have open. */
export function sampleUser(user: number): ConnectionRecord {
  return sample(everyMs.user, async () => (await openConnections()).filter((each) => each.user === user));
}

/** Repeatedly samples which connections the processes of these groups have open. */
export function sampleGroups(groups: () => readonly number[]): ConnectionRecord {
  return sample(everyMs.groups, async () => {
    const own = new Set((await Promise.all((await membersOf(groups())).map(socketsOf))).flat());
    return own.size === 0 ? [] : (await openConnections()).filter(({ inode }) => own.has(inode));
  });
}

function sample(pauseMs: number, look: () => Promise<Connection[]>): ConnectionRecord {
  const seen = new Set<string>();
  let isEnded = false;
  const note = async () => {
    for (const { address } of await look().catch(() => [])) if (seen.size < mostAddresses) seen.add(address);
  };
  const loop = async () => {
    while (!isEnded) {
      await note();
      await new Promise((resolve) => setTimeout(resolve, pauseMs).unref());
    }
  };
  void loop();
  return {
    async end() {
      isEnded = true;
      await note();
      return { addresses: [...seen], isComplete: false };
    },
  };
}

async function openConnections(): Promise<Connection[]> {
  const tables = await Promise.all(
    ["tcp", "tcp6"].map((name) => readFile(`/proc/net/${name}`, "utf8").catch(() => "")),
  );
  return tables.flatMap((table) => table.split("\n").slice(1).flatMap(parseLine));
}

/** A line of /proc/net/tcp or tcp6; see proc(5). */
function parseLine(line: string): Connection[] {
  const [, , remote = "", state, , , , user, , inode = ""] = line.trim().split(/\s+/);
  const [host = "", port = "0"] = remote.split(":");
  if (state === undefined || state === listening || Number.parseInt(port, 16) === 0) return [];
  return [{ user: Number(user), inode, address: addressOf(hostOf(host), Number.parseInt(port, 16)) }];
}

/** An address as the kernel prints it: words of 32 bits in the machine's byte order, which is little-endian here. */
export function hostOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse());
  const numbers = bytes.map((byte) => Number.parseInt(byte, 16));
  if (numbers.length === 4) return numbers.join(".");
  // An IPv4 address in an IPv6 socket.
  if (bytes.slice(0, 12).join("") === "00000000000000000000FFFF") return numbers.slice(12).join(".");
  const groups = Array.from({ length: 8 }, (_, index) => `${bytes[2 * index]}${bytes[2 * index + 1]}`);
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}

/** The ids of processes whose process group or session is one of these. */
async function membersOf(groups: readonly number[]): Promise<string[]> {
  if (groups.length === 0) return [];
  const processes = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const members = await Promise.all(
    processes.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
      // The name may contain anything. After it come state, parent, group and session.
      const [, , group, session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return groups.includes(Number(group)) || groups.includes(Number(session)) ? [pid] : [];
    }),
  );
  return members.flat();
}

async function socketsOf(pid: string): Promise<string[]> {
  const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const targets = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => "")));
  return targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []);
}
