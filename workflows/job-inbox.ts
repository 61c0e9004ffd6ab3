import { setHandler } from "@temporalio/workflow";
import {
  admitSignal,
  cancelSignal,
  companionEndedSignal,
  leaseLostSignal,
  type LeaseOffer,
  serviceDownSignal,
  serviceUpSignal,
  stopRunSignal,
} from "./messages.js";

/** What signals told a job. Handlers only record it; the workflow reacts. */
export interface JobInbox {
  /** The offered lease by queue ticket (`parking`). */
  offers: Map<string, LeaseOffer>;
  /** Services that are down now, with what their probes say. */
  down: Map<string, string>;
  lostLeases: Set<string>;
  /** Leases whose attempt an admin has stopped, each with the reason. */
  stopped: Map<string, string>;
  /** Comparison runs that have ended. */
  endedComparisons: Set<string>;
  cancelledBy: string | undefined;
}

/** Starts recording. Earlier signals are delivered now; invalid payloads are ignored. `onCancel` is called once. */
export function openInbox(onCancel: () => void): JobInbox {
  const inbox: JobInbox = {
    offers: new Map(),
    down: new Map(),
    lostLeases: new Set(),
    stopped: new Map(),
    endedComparisons: new Set(),
    cancelledBy: undefined,
  };
  setHandler(
    admitSignal,
    (input) => {
      if (typeof input?.parking === "string" && typeof input.lease?.leaseId === "string")
        inbox.offers.set(input.parking, input.lease);
    },
    { description: "A machine is offered to the job, with a lease. Sent by the grid." },
  );
  setHandler(
    serviceDownSignal,
    (input) => {
      if (typeof input?.service === "string") inbox.down.set(input.service, input.detail);
    },
    { description: "A service that the running test needs went down. Sent by the grid." },
  );
  setHandler(
    serviceUpSignal,
    (input) => {
      inbox.down.delete(input?.service);
    },
    { description: "That service is up again. Sent by the grid." },
  );
  setHandler(
    leaseLostSignal,
    (input) => {
      if (typeof input?.leaseId === "string") inbox.lostLeases.add(input.leaseId);
    },
    { description: "The lease of the running attempt is over. Sent by the grid." },
  );
  setHandler(
    stopRunSignal,
    (input) => {
      if (typeof input?.leaseId === "string") inbox.stopped.set(input.leaseId, input.reason);
    },
    { description: "A pause stops the running attempt; the job runs again later. Sent by the grid." },
  );
  setHandler(
    companionEndedSignal,
    (input) => {
      if (typeof input?.jobId === "string") inbox.endedComparisons.add(input.jobId);
    },
    { description: "A comparison run of this job has ended. Sent by the grid." },
  );
  setHandler(
    cancelSignal,
    (input) => {
      if (inbox.cancelledBy !== undefined) return;
      inbox.cancelledBy = typeof input?.by === "string" ? input.by : "a signal";
      onCancel();
    },
    { description: "Cancels the job. Input: { by }." },
  );
  return inbox;
}
