import { RegistryFeature } from '../feature';
import { accessKeys } from './access-keys';
import { agenda } from './agenda';
import { catalogue } from './catalogue';
import { certification } from './certification';
import { costs } from './costs';
import { deletionCheck } from './deletion-check';
import { drill } from './drill';
import { lifecycle } from './lifecycle';
import { notifications } from './notifications';
import { residue } from './residue';
import { reviewPage } from './review-page';
import { revocations } from './revocations';
import { sharedSignals } from './shared-signals';
import { sponsors } from './sponsors';
import { suspension } from './suspension';
import { suspensionEvents } from './suspension-events';
import { workerAnswers } from './worker-answers';

/** The features of every registry. */
export const FEATURES: readonly RegistryFeature[] = [
  lifecycle,
  agenda,
  deletionCheck,
  suspension,
  suspensionEvents,
  notifications,
  sponsors,
  revocations,
  residue,
  accessKeys,
  costs,
];

/** Features that a registry has only if it is asked for them. */
export const OPTIONAL_FEATURES: readonly RegistryFeature[] = [
  // The agent is a setting of the function, which no permission depends on.
  drill('drill-bot'),
  certification,
  reviewPage,
  sharedSignals,
  workerAnswers,
  catalogue,
];
