import { adopt } from './adopt';
import { approve } from './approve';
import { approveSweep } from './approve-sweep';
import { campaign } from './campaign';
import { certificate } from './certificate';
import { completion } from './completion';
import { doctor } from './doctor';
import { finish } from './finish';
import { inventory } from './inventory';
import { keep } from './keep';
import { list } from './list';
import { offboard } from './offboard';
import { plan } from './plan';
import { releaseLeavers } from './release-leavers';
import { renew } from './renew';
import { report } from './report';
import { requestApproval } from './request-approval';
import { resume } from './resume';
import { retry } from './retry';
import { review } from './review';
import { show } from './show';
import { status } from './status';
import { suspend } from './suspend';
import { transfer } from './transfer';
import { verify } from './verify';
import { Verb } from '../command';

/** One line each, in the order of `nhi --help`. */
export const VERBS: readonly Verb[] = [
  inventory,
  adopt,
  list,
  status,
  doctor,
  show,
  plan,
  verify,
  report,
  certificate,
  transfer,
  suspend,
  resume,
  offboard,
  renew,
  keep,
  review,
  requestApproval,
  approve,
  campaign,
  retry,
  finish,
  releaseLeavers,
  approveSweep,
  completion,
];
