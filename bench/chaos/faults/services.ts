import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../wait-until.js";
import type { Service } from "../service.js";
import type { Manner } from "../service-process.js";
import { assertEffect, type Fault } from "./fault.js";

const usual = { needsRoot: false, times: 3, through: "upload", lane: "world" } as const;

/** Services that go away or answer wrongly, for a while. */
export const serviceFaults: Fault[] = [
  {
    ...usual,
    name: "service-down-before",
    prone: "reads-stock",
    strikes: "before",
    strike: ({ services }, random, felt) => beDown(services.stock, random.between(3_000, 7_000), felt),
  },
  {
    ...usual,
    name: "service-down-during",
    prone: "reads-stock",
    strikes: "during",
    strike: ({ services }, random, felt) => beDown(services.stock, random.between(2_500, 7_000), felt),
  },
  {
    ...usual,
    name: "service-blip",
    prone: "reads-ledger",
    strikes: "during",
    times: 5,
    strike: ({ services }, _random, felt) => beDown(services.ledger, 1_000, felt),
  },
  {
    ...usual,
    name: "service-blips",
    prone: "reads-stock",
    strikes: "during",
    times: 6,
    // Some are too short for any single probe to see, and some are long enough to count as down.
    strike: ({ services }, random, felt) =>
      beDown(random.next() < 0.5 ? services.stock : services.ledger, random.between(100, 2_000), felt),
  },
  {
    ...usual,
    name: "service-wrong",
    prone: "reads-stock",
    strikes: "during",
    strike: ({ services }, random, felt) => beWrong(services.stock, "wrong", random.between(3_000, 7_000), felt),
  },
  {
    ...usual,
    name: "service-wrong-unseen",
    prone: "reads-ledger",
    strikes: "during",
    strike: ({ services }, random, felt) =>
      beWrong(services.ledger, "wrong-unseen", random.between(4_000, 9_000), felt),
  },
];

async function beDown(service: Service, forMs: number, felt: () => void): Promise<string> {
  await service.stop();
  try {
    const refused = await refusal(service);
    assertEffect(refused, `${service.name} down`);
    felt();
    await sleep(forMs);
    assertEffect(await refusal(service), `${service.name} down until mended`);
    return `${service.name} refused a connection (${refused}), away for ${seconds(forMs)}`;
  } finally {
    await service.start();
  }
}

async function beWrong(service: Service, manner: Manner, forMs: number, felt: () => void): Promise<string> {
  await service.answer(manner);
  try {
    const [value, health] = [await service.read("/value"), await service.read("/health")];
    const isFelt = value === "something else" && (health === "in order") === (manner === "wrong-unseen");
    assertEffect(isFelt ? value : undefined, `${service.name} answering wrongly`);
    felt();
    await sleep(forMs);
    return `${service.name} answered "${value}" (its probe's route: "${health}"), for ${seconds(forMs)}`;
  } finally {
    await service.answer("well");
    await until(`${service.name} to answer well`, 5_000, async () =>
      (await service.read("/value")) === `${service.name} is well` ? true : undefined,
    );
  }
}

/** The socket's error; undefined if the service answers. */
async function refusal(service: Service): Promise<string | undefined> {
  return service.read("/health").then(
    () => undefined,
    (error: Error & { cause?: { code?: string } }) => error.cause?.code,
  );
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
