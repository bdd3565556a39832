import { askedBy } from './asked-by';
import { approvalTexts, stillValid } from './promotion-record';
import { reasonOf } from '../../../src/core/errors';
import { requireReason } from '../../../src/core/reason';
import { isAccountable, Reviewer } from '../../certification';
import { AskedApproval } from '../../model/approval';
import { Declared, PlacementState } from '../../model/placement-state';
import { Decision, NOTHING_TO_DO, Plan, Refusal, refuse } from '../../model/plan';
import { Approve, LifecycleRequest } from '../../model/request';
import { Relation, ReviewSettings } from '../../model/review';
import { accountableFor, sponsorOf } from '../../model/sponsor-of';
import { AttendContext } from '../agenda/entry';

type Request = LifecycleRequest<Approve>;
type Asked = AskedApproval<Declared>;

/** What an approval means, in the words that the person agrees to. It is recorded with the approval. */
export const APPROVAL_MEANING = 'I have looked at what the agent will be granted. It needs that in this stage, and I am accountable for it.';

/** A person approves a move, or declines it. Everything in the request but its id may be anything, because the caller chooses the rest. */
export function decideApprove(state: PlacementState | undefined, request: Request, { approval: asked, settings, now }: AttendContext): Decision {
  const { placement: { agentName }, intent } = request;
  if (asked === undefined || asked.declined !== undefined || settings.review === undefined) {
    return refuse('NothingToApprove', `agent ${agentName} waits for no approval: ${asked?.declined === undefined ? 'see nhi show' : `${asked.declined.by} declined it, and somebody has to ask again`}`);
  }
  try {
    requireReason(intent.reason);
  } catch (error) {
    return refuse('ReasonInvalid', `agent ${agentName} is as it was: ${reasonOf(error)}`);
  }
  const accountable = accountableFor(state, asked);
  const { who, reviewer } = askedBy(accountable, request, now);
  const { relation } = reviewer ?? {};
  if (reviewer === undefined || !isAccountable(relation) || !['approve', 'decline'].includes(intent.verdict)) {
    return refuse('ReviewerInvalid', `${who} may not approve a move of agent ${agentName}: ${peopleWho(accountable, asked)}, in a session whose name is the mail address, or on the page for reviewers`);
  }
  if (reviewer.proven.proof === 'mail-link') {
    return refuse('SignInNeeded', `the link of a mail is not enough to approve a move of agent ${agentName}: sign in on the page, or use nhi approve ${agentName}`);
  }
  if (intent.digest !== asked.digest) {
    return refuse('ApprovalOutdated', `agent ${agentName} is to be granted ${asked.digest}, and you looked at something else: look at it again`);
  }
  return intent.verdict === 'decline' ? declined(state, request, asked, { reviewer, relation, now })
    : ownRequest(request, accountable, asked, reviewer) ?? approved(state, request, asked, { reviewer, relation, now, settings: settings.review });
}

function ownRequest({ placement: { agentName } }: Request, accountable: PlacementState, asked: Asked, { email }: Reviewer): Refusal | undefined {
  return asked.requesters.includes(email)
    ? refuse('OwnApproval', `${email} asked for the move of agent ${agentName} and can't approve it: ${peopleWho(accountable, asked)}`) : undefined;
}

function peopleWho(accountable: PlacementState, { requesters }: Asked): string {
  const { accountableEmail, backupEmail } = sponsorOf(accountable);
  const can = [accountableEmail, backupEmail].filter((email) => !requesters.includes(email.toLowerCase()));
  return `${can.length === 0 ? 'only a sponsor or backup who did not ask' : can.join(' or ')} approves`;
}

interface By {
  readonly reviewer: Reviewer;
  readonly relation: Relation;
  readonly now: Date;
  readonly settings: ReviewSettings;
}

/** Who approves twice has approved once. */
function approved(state: PlacementState | undefined, request: Request, asked: Asked, { reviewer, relation, now, settings }: By): Plan {
  const until = new Date(now.getTime() + settings.approvalSeconds * 1000).toISOString();
  const approvals = [...asked.approvals.filter(({ by }) => by !== reviewer.email), { by: reviewer.email, relation, at: now.toISOString(), until }];
  const after = { ...asked, approvals };
  const missing = Math.max(0, asked.persons - stillValid(state, after, now).length);
  return answered(state, request, after, reviewer, { name: 'approved', details: { meaning: APPROVAL_MEANING, relation, until, missing } });
}

function declined(state: PlacementState | undefined, request: Request, asked: Asked, { reviewer, relation, now }: Omit<By, 'settings'>): Plan {
  const after = { ...asked, approvals: [], declined: { by: reviewer.email, at: now.toISOString(), reason: request.intent.reason } };
  return answered(state, request, after, reviewer, { name: 'approval-declined', details: { relation } });
}

interface Answer {
  readonly name: 'approved' | 'approval-declined';
  readonly details: NonNullable<Plan['events'][number]['details']>;
}

function answered(
  state: PlacementState | undefined, { requestId, intent: { reason } }: Request, asked: Asked, reviewer: Reviewer, { name, details }: Answer,
): Plan {
  return {
    ...NOTHING_TO_DO,
    transition: 'approval',
    change: { approval: asked },
    events: [{
      name,
      stage: asked.declared.stage,
      ...(state?.status === 'active' ? { roleId: state.present } : {}),
      sponsorId: sponsorOf(accountableFor(state, asked)).id,
      details: { digest: asked.digest, ...details, reason, by: reviewer.email, ...reviewer.proven, approvals: approvalTexts(asked) },
      key: `${name}/${requestId}`,
    }],
  };
}
