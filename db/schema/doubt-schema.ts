import type { Ruling } from "../../domain/verdict/false-alarms.js";
import type { DefaultTime } from "./columns.js";

/** The rows about alarms in doubt. */
export interface DoubtSchema {
  reopenings: { doubted: string; outage_id: string; reopened_as: string; at: DefaultTime };
  claims: { claim_id: string; job_id: string; name: string | null; why: string; at: DefaultTime };
  rulings: { job_id: string; ruling: Ruling; why: string; author: string; at: DefaultTime };
}
