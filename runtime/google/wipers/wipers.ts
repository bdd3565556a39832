import { grants } from './grants';
import { grantsElsewhere } from './grants-elsewhere';
import { hmacKeys } from './hmac-keys';
import { ownSecrets } from './own-secrets';
import { userManagedKeys } from './user-managed-keys';
import { Wiper, WipeTarget } from './wiper';

/** All wipers, those included that only some registries ask for. */
export const WIPERS: readonly Wiper[] = [
  userManagedKeys,
  hmacKeys,
  grants,
  grantsElsewhere,
  ownSecrets,
];

/** The wipers that search for an account. */
export function wipersFor({ beyond }: Pick<WipeTarget, 'beyond'>): readonly Wiper[] {
  return beyond === undefined ? WIPERS.filter((wiper) => wiper !== grantsElsewhere) : WIPERS;
}
