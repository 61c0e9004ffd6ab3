// Takes more and more memory. If nothing stops it, it gives up at 3 GB.
const held = [];
while (held.length < 192) {
  held.push(Buffer.alloc(16 * 2 ** 20, held.length));
  await new Promise((resolve) => setTimeout(resolve, 5));
}
process.exit(1);
