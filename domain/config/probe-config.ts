import { z } from "zod";
import { durationMs, httpAddress, itemName, sizeBytes } from "./fields.js";

const address = z.string().regex(/^[^\s:]+:(\d+|\$PORT)$/, "not an address; write <host>:<port>");

const tcp = z.strictObject({
  tcp: address,
  hold: z
    .boolean()
    .optional()
    .describe("`false` for a service that serves few clients: no connection is held open while a test runs"),
});
const http = z.strictObject({
  http: httpAddress,
  status: z
    .int()
    .min(100)
    .max(599)
    .optional()
    .describe("The status that the service must answer; the default is any from 200 to 299"),
  body: z.string().min(1).optional().describe("Text that the answer must contain"),
  certificate: durationMs
    .optional()
    .describe("The server's certificate must be valid for at least this long, such as 14d"),
});
const dns = z.strictObject({
  dns: z.string().min(1).describe("A name that must resolve"),
  server: z
    .string()
    .min(1)
    .optional()
    .describe("The name server to ask, <address>[:<port>]; the default is the machine's own"),
});
const script = z.strictObject({
  script: z.string().min(1).describe("A command; exit code 0 is good, and its output is the detail"),
});
const disk = z.strictObject({
  disk: z.string().startsWith("/", "not an absolute path").describe("A path on the disk"),
  free: sizeBytes.prefault("64MiB").describe("Space that must be free"),
  inodes: z.int().min(0).default(1_000).describe("Inodes that must be free"),
});
/** A test that the grid itself runs: to watch a service, or as a control. */
export const testSource = z.strictObject({
  test: itemName.describe("A test of the suite in `source`, run as a job"),
  source: z.string().min(1).describe("A folder with a suite file, relative to grid.yaml"),
  sourceHash: z.string().optional().describe("Set by the grid when it has stored the source"),
});

const kinds = { tcp, http, dns, script, disk, test: testSource } as const;
type Kind = keyof typeof kinds;

/** The forms of a probe, for the JSON Schema. */
const written = z.record(z.string(), z.unknown());
export const probeForms = { written, kinds: Object.values(kinds) } as const;

/** A probe of one kind. The key that names the kind selects its schema, so that a mistake refers to that kind. */
export const probeConfig = written.transform((value, context): ProbeConfig => {
  const [kind, ...more] = (Object.keys(kinds) as Kind[]).filter((name) => name in value);
  if (kind === undefined || more.length > 0) {
    context.addIssue({ code: "custom", message: `a probe is one of ${Object.keys(kinds).join(", ")}` });
    return z.NEVER;
  }
  const parsed = kinds[kind].safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) context.issues.push({ ...issue, input: value } as never);
  return z.NEVER;
});

/** How a service is probed. Durations in ms, sizes in bytes. */
export type ProbeConfig = z.output<(typeof kinds)[Kind]>;
export type TestSource = z.output<typeof testSource>;
