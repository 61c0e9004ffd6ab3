import { execFile } from "node:child_process";
import { addressOf, type ConnectionRecord } from "./connection-record.js";

const prefix = "holdfast_use_";
/** Addresses of one attempt beyond this number are not recorded. */
const mostAddresses = 4_096;
const patienceMs = 5_000;

/**
 * Lets the kernel record each connection that a user's processes try to open, including refused ones. Needs root and `nft`
 * (nftables). Replaces the record that an earlier agent process left for this user.
 * @returns undefined if the system cannot do that
 */
export async function recordInKernel(user: number): Promise<ConnectionRecord | undefined> {
  const table = `${prefix}${user}`;
  const set = (name: string, type: string) =>
    `  set ${name} { type ${type} . inet_service; flags dynamic; size ${mostAddresses}; }`;
  const rules = [
    `add table inet ${table}`,
    `delete table inet ${table}`,
    `table inet ${table} {`,
    set("v4", "ipv4_addr"),
    set("v6", "ipv6_addr"),
    // It runs before the rules that refuse connections, which have priority 0.
    "  chain output {",
    "    type filter hook output priority -10; policy accept;",
    `    meta skuid ${user} tcp flags & (syn | ack) == syn jump note`,
    "  }",
    "  chain note {",
    "    update @v4 { ip daddr . tcp dport }",
    "    update @v6 { ip6 daddr . tcp dport }",
    "  }",
    "}",
  ];
  if ((await nft(["-f", "-"], rules.join("\n"))) === undefined) return undefined;
  return {
    async end() {
      const listed = await nft(["-j", "list", "table", "inet", table]);
      await nft(["delete", "table", "inet", table]);
      const addresses = listed === undefined ? [] : addressesIn(listed);
      // An admin may have removed the table meanwhile. A full set takes no more addresses.
      return { addresses, isComplete: listed !== undefined && addresses.length < mostAddresses };
    },
  };
}

/** Removes the records that an earlier agent process left for these users. */
export async function removeRecords(users: ReadonlySet<number>): Promise<void> {
  const listed = (await nft(["list", "tables", "inet"])) ?? "";
  for (const [, user] of listed.matchAll(new RegExp(`^table inet ${prefix}(\\d+)$`, "gm")))
    if (users.has(Number(user))) await nft(["delete", "table", "inet", `${prefix}${user}`]);
}

interface ListedTable {
  nftables: { set?: { elem?: ({ concat: [string, number] } | { elem: { val: { concat: [string, number] } } })[] } }[];
}

function addressesIn(listed: string): string[] {
  const { nftables } = JSON.parse(listed) as ListedTable;
  return nftables.flatMap(({ set }) =>
    (set?.elem ?? []).map((each) => {
      const [host, port] = "concat" in each ? each.concat : each.elem.val.concat;
      return addressOf(host, port);
    }),
  );
}

/** The output of nft; undefined if it failed. */
function nft(args: readonly string[], input = ""): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = execFile("nft", args, { maxBuffer: 2 ** 22, timeout: patienceMs }, (error, stdout) =>
      resolve(error === null ? stdout : undefined),
    );
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}
