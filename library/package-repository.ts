import { gunzipSync } from "node:zlib";
import { InfrastructureError } from "./infrastructure-error.js";
import { noteUse } from "./notes.js";
import { serviceAddress } from "./service-address.js";

const timeoutMs = 30_000;

/** The kind of a repository, and where it lists its packages. */
export type PackageList =
  | { system: "npm" }
  /** Python's simple index (PEP 503). */
  | { system: "pip"; index?: string }
  | { system: "apt"; suite: string; component?: string; architecture?: string }
  | { system: "dnf" };

/**
 * Whether a repository has a package. `path` is where the repository begins, such as `/debian`.
 * @requires service:{service}
 * @throws InfrastructureError if the repository does not answer, or its list cannot be read
 */
export async function hasPackage(service: string, name: string, list: PackageList, path = ""): Promise<boolean> {
  noteUse(service);
  const base = `http://${serviceAddress(service)}${path}`;
  try {
    switch (list.system) {
      case "npm":
        return (await load(`${base}/${name.replace("/", "%2f")}`)) !== undefined;
      case "pip":
        return (await load(`${base}${list.index ?? "/simple"}/${normalized(name)}/`)) !== undefined;
      case "apt":
        return (await aptPackages(base, list)).has(name);
      case "dnf":
        return (await dnfPackages(base)).has(name);
    }
  } catch (error) {
    if (error instanceof InfrastructureError) throw error;
    throw new InfrastructureError(service, (error as Error).message, { cause: error });
  }
}

/** PEP 503: `Foo.Bar` and `foo-bar` are the same package. */
function normalized(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}

/** The content at an address; undefined if the answer is 404. @throws Error for any other error status */
async function load(url: string): Promise<Buffer | undefined> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}

async function aptPackages(
  base: string,
  { suite, component = "main", architecture = "amd64" }: Extract<PackageList, { system: "apt" }>,
): Promise<Set<string>> {
  const folder = `${base}/dists/${suite}/${component}/binary-${architecture}`;
  const packed = await load(`${folder}/Packages.gz`);
  const text = packed === undefined ? await load(`${folder}/Packages`) : gunzipSync(packed);
  if (text === undefined) throw new Error(`${folder} has no list of packages`);
  return new Set([...text.toString("utf8").matchAll(/^Package: (\S+)$/gm)].map(([, name]) => name!));
}

async function dnfPackages(base: string): Promise<Set<string>> {
  const index = (await load(`${base}/repodata/repomd.xml`))?.toString("utf8") ?? "";
  const [, location] = /<data type="primary">[\s\S]*?<location[^>]*href="([^"]+)"/.exec(index) ?? [];
  if (location === undefined) throw new Error(`${base} has no list of packages`);
  if (!/\.(xml|gz)$/.test(location)) throw new Error(`${location} is compressed in a format that cannot be read here`);
  const list = await load(`${base}/${location}`);
  if (list === undefined) throw new Error(`${base}/${location} is missing`);
  const text = location.endsWith(".gz") ? gunzipSync(list) : list;
  return new Set(
    [...text.toString("utf8").matchAll(/<package type="rpm">\s*<name>([^<]+)</g)].map(([, name]) => name!),
  );
}
