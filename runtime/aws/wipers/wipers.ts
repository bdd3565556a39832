import { iamUsers } from './iam-users';
import { instanceProfiles } from './instance-profiles';
import { liveSessions } from './live-sessions';
import { namesakes } from './namesakes';
import { oauthProviders } from './oauth-providers';
import { openedSessions } from './opened-sessions';
import { outOfBandAttachedPolicies } from './out-of-band-attached-policies';
import { outOfBandInlinePolicies } from './out-of-band-inline-policies';
import { ownSecrets } from './own-secrets';
import { taggedOnly } from './tagged-only';
import { undeclaredSecrets } from './undeclared-secrets';
import { Wiper } from './wiper';
import { InvalidInputError } from '../../../src/core/errors';

export const WIPERS: readonly Wiper[] = [
  liveSessions,
  openedSessions,
  outOfBandInlinePolicies,
  outOfBandAttachedPolicies,
  instanceProfiles,
  namesakes,
  iamUsers,
  ownSecrets,
  oauthProviders,
  taggedOnly,
  undeclaredSecrets,
];

export function wiperNamed(name: string): Wiper {
  const wiper = WIPERS.find((candidate) => candidate.name === name);
  if (wiper === undefined) {
    throw new InvalidInputError('WiperUnknown', `there is no wiper ${JSON.stringify(name)}`);
  }
  return wiper;
}
