// Sends the service a request that crashes it, and then fails because the service is gone.
const address = process.env.HOLDFAST_SERVICE_FRAGILE;
await fetch(`http://${address}/poison`, { method: "POST" }).catch(() => undefined);
await fetch(`http://${address}/value`);
process.exit(1);
