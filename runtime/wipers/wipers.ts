import { iamUsers } from './iam-users';
import { instanceProfiles } from './instance-profiles';
import { liveSessions } from './live-sessions';
import { outOfBandAttachedPolicies } from './out-of-band-attached-policies';
import { outOfBandInlinePolicies } from './out-of-band-inline-policies';
import { ownSecrets } from './own-secrets';
import { taggedOnly } from './tagged-only';
import { Wiper } from './wiper';

/** One line each. */
export const WIPERS: readonly Wiper[] = [
  liveSessions,
  outOfBandInlinePolicies,
  outOfBandAttachedPolicies,
  instanceProfiles,
  iamUsers,
  ownSecrets,
  taggedOnly,
];
