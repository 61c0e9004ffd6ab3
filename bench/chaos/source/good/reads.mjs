// Reads from a service again and again. Fails if the service is away or answers something else.
const [name, seconds] = process.argv.slice(2);
const address = process.env[`HOLDFAST_SERVICE_${name.toUpperCase()}`];
const until = Date.now() + Number(seconds) * 1_000;
do {
  const answer = await fetch(`http://${address}/value`);
  const text = await answer.text();
  if (text !== `${name} is well`) {
    console.error(`read "${text}" from ${name}`);
    process.exit(1);
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
} while (Date.now() < until);
