import { noteUse } from "./notes.js";

/**
 * The address of a service of the grid, as `host:port`, from the environment that the agent gives to tests.
 * @throws Error outside a job, and if the grid knows no address of the service
 */
export function serviceAddress(service: string): string {
  noteUse(service);
  const variable = `HOLDFAST_SERVICE_${service.toUpperCase().replace(/[^A-Z0-9]+/g, "_")}`;
  const address = process.env[variable];
  if (address === undefined)
    throw new Error(
      `${variable} is not set: this code runs outside a job, or the grid knows no address of service:${service}`,
    );
  return address;
}
