import { eventually } from "./eventually.js";
import { type TestGrid } from "./grid.js";

/** Waits until a service has a state. */
export async function serviceIs(grid: TestGrid, name: string, state: string): Promise<void> {
  await eventually(`${name} to be ${state}`, async () =>
    (await grid.client.grid()).services.find((service) => service.name === name)?.state === state ? true : undefined,
  );
}
