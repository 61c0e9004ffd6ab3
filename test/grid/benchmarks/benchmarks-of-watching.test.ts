import { testBenchmarks } from "../../support/benchmarks.js";

testBenchmarks({
  probing: ["--services", "5"],
  quiet: ["--minutes", "1"],
  watching: ["--seconds", "3"],
});
