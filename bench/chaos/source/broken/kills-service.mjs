// Sends the service what it cannot stand, and then misses it.
const address = process.env.HOLDFAST_SERVICE_FRAGILE;
await fetch(`http://${address}/poison`, { method: "POST" }).catch(() => undefined);
await fetch(`http://${address}/value`);
process.exit(1);
