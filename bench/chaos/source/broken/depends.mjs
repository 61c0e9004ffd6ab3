// Asks the suite's oracle whether this run works. The oracle knows how this job's earlier runs ended, and where.
const [oracle, defect] = process.argv.slice(2);
const machine = /\/agents\/([^/]+)\//.exec(process.cwd())?.[1] ?? "unknown";
const answer = await fetch(`${oracle}/${defect}?job=${process.env.HOLDFAST_JOB}&machine=${machine}`);
const text = await answer.text();
console.log(`${defect}: ${text}`);
process.exit(text === "works" ? 0 : 1);
