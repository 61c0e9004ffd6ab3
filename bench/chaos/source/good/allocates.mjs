// Holds 64 MB for a while.
const held = Buffer.alloc(64 * 2 ** 20, 1);
await new Promise((resolve) => setTimeout(resolve, Number(process.argv[2]) * 1_000));
process.exit(held.every((byte) => byte === 1) ? 0 : 1);
