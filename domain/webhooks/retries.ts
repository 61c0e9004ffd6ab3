/**
 * The pauses before the next try, in seconds: about three days in all. If the try after the last pause fails, the delivery
 * is given up.
 */
const pauses = [5, 60, 300, 1_800, 3_600, 7_200, 14_400, 28_800, 57_600, 86_400, 86_400];

/** The pause before the next try, in seconds; undefined if the delivery is given up. @param tries how many tries have failed */
export function pauseAfter(tries: number): number | undefined {
  return pauses[tries - 1];
}
