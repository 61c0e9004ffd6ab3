import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { InfrastructureError } from "./infrastructure-error.js";
import { needsCommand } from "./machine-parts.js";

/** A container. It runs until `stop`, even if the test is killed before that. */
export interface Container {
  id: string;
  /** The address of a port, `127.0.0.1:<port>`. @throws Error if the port was not among `ports` */
  address(port: number): Promise<string>;
  /** Ends and removes the container, and writes its output to `log`. */
  stop(): Promise<void>;
}

export interface ContainerOptions {
  /** Ports of the container that the test connects to. */
  ports?: readonly number[];
  env?: Readonly<Record<string, string>>;
  /** The command that runs in it; the command of the image if left out. */
  command?: readonly string[];
  /** The file for its output; `container.log` in the working folder if left out. List it in `artifacts` to keep it. */
  log?: string;
}

/**
 * Starts a container.
 * @requires command:{engine}
 * @throws InfrastructureError if the engine is not installed, or cannot start the container
 */
export async function startContainer(
  image: string,
  engine: "docker" | "podman" = "docker",
  { ports = [], env = {}, command = [], log = "container.log" }: ContainerOptions = {},
): Promise<Container> {
  const program = needsCommand(engine);
  const run = (...args: string[]): Promise<string> =>
    new Promise((done, refuse) =>
      execFile(program, args, { maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
        error === null ? done(stdout.trim()) : refuse(new Error(stderr.trim() || error.message, { cause: error })),
      ),
    );
  const start = (...args: string[]) =>
    run(...args).catch((error: Error) => {
      throw new InfrastructureError(engine, error.message, { cause: error });
    });
  const id = await start(
    "run",
    "--detach",
    ...ports.flatMap((port) => ["--publish", `127.0.0.1::${port}`]),
    ...Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    image,
    ...command,
  );
  return {
    id,
    async address(port) {
      const [line = ""] = (await run("port", id, `${port}/tcp`)).split("\n");
      if (!line.includes(":")) throw new Error(`port ${port} of the container is not published`);
      return line.replace(/^0\.0\.0\.0:/, "127.0.0.1:");
    },
    async stop() {
      try {
        writeFileSync(resolve(log), `${await run("logs", id)}\n`);
      } finally {
        await run("rm", "--force", id);
      }
    },
  };
}
