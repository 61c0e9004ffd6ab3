import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProcessSpec } from "./supervisor.js";

/**
 * A service that grid.yaml asks the grid to provide. It is infrastructure and not part of the grid, so it stays down when it
 * ends. `<data>/services/<name>.sh` starts it again by hand, and `<name>.pid` contains its process id.
 */
export function serviceSpec(data: string, name: string, command: string, port: number): ProcessSpec {
  const folder = join(data, "services");
  mkdirSync(folder, { recursive: true });
  const script = join(folder, `${name}.sh`);
  writeFileSync(
    script,
    `#!/bin/sh\necho $$ > '${join(folder, `${name}.pid`)}'\nexport PORT=${port}\nexec ${command}\n`,
  );
  chmodSync(script, 0o755);
  return {
    name: `service-${name}`,
    command: script,
    args: [],
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"] },
    restarts: false,
  };
}
