import { ReviewSettings } from './review';
import { SponsorRecord } from '../../src/core/sponsor-record';

/** How the registry's agenda is set. */
export interface AgendaSettings {
  /** How many seconds before an agent's end its sponsor is warned. The end itself is always told. */
  readonly warningSeconds: readonly number[];
  /** How many seconds after its end an agent is torn down. Until then an operator can renew it. */
  readonly teardownAfterSeconds: number;
  /** How many seconds after its sponsor was notified an unused agent is suspended. Absent: it is only told. */
  readonly suspendUnusedAfterSeconds?: number;
  /** How many seconds after its suspension an unused agent is torn down. Absent: it stays suspended. */
  readonly removeUnusedAfterSeconds?: number;
  /** How often each agent is checked for changes that no deployment made. Absent: never. */
  readonly driftCheckSeconds?: number;
  /** Whether policies that were added by hand are removed. Absent: they are only told. */
  readonly removeDrift?: true;
  /** How often each agent's sponsor is looked up. Absent if the registry has no directory of people. */
  readonly sponsorCheckSeconds?: number;
  /** Who is accountable if neither sponsor nor backup is an active person. Set with the former. */
  readonly defaultOwner?: SponsorRecord;
  /** How long after an attempt a revocation that is still open is tried again. Each further attempt doubles it, up to a day. Absent: an hour. */
  readonly revocationRetrySeconds?: number;
  /** Whether costs are looked up by tags. */
  readonly looksUpCosts?: true;
  /** Absent: access is not reviewed. */
  readonly review?: ReviewSettings;
}

const DAY_SECONDS = 86_400;

/** The construct's defaults. */
export const DEFAULT_AGENDA: AgendaSettings = {
  warningSeconds: [30, 7, 1].map((days) => days * DAY_SECONDS), teardownAfterSeconds: 7 * DAY_SECONDS, driftCheckSeconds: DAY_SECONDS,
};
