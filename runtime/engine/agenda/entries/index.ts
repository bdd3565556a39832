import { AgendaEntry } from '../entry';
import { costLookup } from './costs';
import { driftCheck, driftRemove } from './drift';
import { end } from './end';
import { expiryWarning } from './expiry-warning';
import { forgotten } from './forgotten';
import { formerCredentialsEnd } from './former-credentials';
import { offboard } from './offboard';
import { oldCredentials } from './old-credentials';
import { reduction } from './reduction';
import { review, reviewReminder } from './review';
import { reviewFirst } from './review-first';
import { reviewRemove, reviewSuspend } from './review-missed';
import { revocation } from './revocation';
import { rotation } from './rotation';
import { sponsorCheck, sponsorLapsed } from './sponsor';
import { suspendedCredentials } from './suspended-credentials';
import { unannounced } from './unannounced';
import { unusedCheck, unusedRemove, unusedSuspend } from './unused';

/** Every kind of thing that can be due. If several are due at once, the first one is done first, so what warns comes before what removes. */
export const ENTRIES: readonly AgendaEntry[] = [
  expiryWarning,
  suspendedCredentials,
  reduction,
  reviewFirst,
  review,
  reviewReminder,
  offboard,
  end,
  forgotten,
  revocation,
  // Before the check, which may be due in each sweep. It asks the directory itself.
  sponsorLapsed,
  sponsorCheck,
  unusedCheck,
  unusedSuspend,
  unusedRemove,
  driftCheck,
  driftRemove,
  reviewSuspend,
  reviewRemove,
  rotation,
  formerCredentialsEnd,
  oldCredentials,
  costLookup,
  // Does nothing itself, so everything else is done first.
  unannounced,
];
