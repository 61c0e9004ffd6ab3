/** Pauses before the next try, in seconds: about three days in all. After the last one a delivery is given up. */
const pauses = [5, 60, 300, 1_800, 3_600, 7_200, 14_400, 28_800, 57_600, 86_400, 86_400];

/** @param tries those that have failed; undefined if the delivery is given up */
export function pauseAfter(tries: number): number | undefined {
  return pauses[tries - 1];
}
