import { alarms } from './alarms';
import { deadLetters } from './dead-letters';
import { evidenceLock } from './evidence-lock';
import { notifications } from './notifications';
import { sponsorDirectory } from './sponsor-directory';
import { sweeps } from './sweeps';
import { terminationProtection } from './termination-protection';
import { trail } from './trail';
import { version } from './version';
import { Check } from '../check';

/** One line each, in the order in which they are shown. */
export const CHECKS: readonly Check[] = [
  version, terminationProtection, sweeps, notifications, alarms, sponsorDirectory, trail, evidenceLock, deadLetters,
];
