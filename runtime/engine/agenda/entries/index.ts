import { AgendaEntry } from '../entry';
import { driftCheck, driftRemove } from './drift';
import { end } from './end';
import { expiryWarning } from './expiry-warning';
import { forgotten } from './forgotten';
import { reduction } from './reduction';
import { review, reviewReminder } from './review';
import { reviewRemove, reviewSuspend } from './review-missed';
import { unusedCheck, unusedRemove, unusedSuspend } from './unused';

/** Every kind of thing that can be due. If several are due at once, the first one is done first, so what warns comes before what removes. */
export const ENTRIES: readonly AgendaEntry[] = [
  expiryWarning,
  reduction,
  review,
  reviewReminder,
  end,
  forgotten,
  unusedCheck,
  unusedSuspend,
  unusedRemove,
  driftCheck,
  driftRemove,
  reviewSuspend,
  reviewRemove,
];
