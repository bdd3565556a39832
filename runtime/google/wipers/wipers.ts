import { grants } from './grants';
import { hmacKeys } from './hmac-keys';
import { ownSecrets } from './own-secrets';
import { userManagedKeys } from './user-managed-keys';
import { Wiper } from './wiper';

export const WIPERS: readonly Wiper[] = [
  userManagedKeys,
  hmacKeys,
  grants,
  ownSecrets,
];
