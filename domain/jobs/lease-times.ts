/** How long an agent may take to accept an offer, in ms. */
export const offerMs = 15_000;

/**
 * How long a lease lasts after its agent last reported it, in ms. This is longer than heartbeat timeout and kill time
 * together.
 */
export const leaseMs = 60_000;
