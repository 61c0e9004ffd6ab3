// Keeps a processor busy for a third of the time.
import { createHash } from "node:crypto";

const until = Date.now() + Number(process.argv[2]) * 1_000;
let hash = Buffer.alloc(32);
while (Date.now() < until) {
  const pause = Date.now() + 10;
  while (Date.now() < pause) hash = createHash("sha256").update(hash).digest();
  await new Promise((resolve) => setTimeout(resolve, 20));
}
