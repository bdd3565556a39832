import { DirectoryStatus } from '../../src/contract/sponsor-directory';
import { SponsorRecord } from '../../src/core/sponsor-record';

/** The sponsor is no active person, as the directory said, and was not confirmed or passed on yet. */
export interface SponsorLapse {
  readonly since: string;
  readonly status: DirectoryStatus;
  readonly evidence: string;
  /** When the engine tries again to pass the agent on. */
  readonly passAgainAt?: string;
  /** When the event said that nobody can take over. After that nothing is due for it. */
  readonly toldAt?: string;
}

/** What the checks of the sponsor have found. */
export interface SponsorCheck {
  /** Addresses of the sponsor and of the backup, in lower case, that were looked up. */
  readonly people: readonly string[];
  readonly checkAt: string;
  /** Since when the directory doesn't answer about the sponsor, and why. */
  readonly unanswered?: { readonly since: string; readonly reason: string };
  readonly lapse?: SponsorLapse;
  /** When the event said that the backup is no active person. */
  readonly backupLapsedSince?: string;
}

/** Another person is accountable than the code declares, because the declared one is no active person. */
export interface Succession {
  /** Address of the declared sponsor, in lower case. The succession ends when the code declares another one. */
  readonly lapsed: string;
  readonly sponsor: SponsorRecord;
  readonly since: string;
}
