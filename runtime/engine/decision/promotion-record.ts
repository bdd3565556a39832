import { stageDifference } from './stage-difference';
import { isAccountable, relationTo } from '../../certification';
import { Approval, AskedApproval } from '../../model/approval';
import { Declared, PlacementState } from '../../model/placement-state';
import { PlannedEvent, Refusal } from '../../model/plan';
import { LifecycleRequest } from '../../model/request';
import { accountableFor, mailboxOf, peopleOf, sponsorOf } from '../../model/sponsor-of';

type Asked = AskedApproval<Declared>;

/** Lines of the difference that an event and the mail of it have. */
const MOST_LINES = 20;
const LONGEST_LINE = 400;

/** Approvals that have not ended, by people who are still accountable and did not ask themselves. */
export function stillValid(state: PlacementState | undefined, asked: Asked, now: Date): Approval[] {
  return asked.approvals.filter(({ by, until }) => Date.parse(until) > now.getTime() && !asked.requesters.includes(by)
    && isAccountable(relationTo(accountableFor(state, asked), by, now)));
}

/** Writes down what is asked, with the difference that the people who can approve are mailed. */
export function asking(state: PlacementState | undefined, { requestId }: LifecycleRequest, asked: Asked, by: string, reason?: string): NonNullable<Refusal['records']> {
  const { digest, declared, stackName, persons, requesters } = asked;
  const accountable = accountableFor(state, asked);
  const from = state?.status === 'active' ? state.declared : undefined;
  const { widened, narrowed, isPartial } = stageDifference(from, declared);
  const [sponsor] = peopleOf(sponsorOf(accountable));
  const event: PlannedEvent = {
    name: 'approval-requested',
    stage: declared.stage,
    ...(state?.status === 'active' ? { roleId: state.present } : {}),
    sponsorId: sponsorOf(accountable).id,
    details: {
      digest,
      fromStage: from?.stage ?? 'none',
      stack: stackName,
      expires: declared.expiresAt,
      persons,
      askedBy: by,
      ...(reason === undefined ? {} : { reason }),
      // The sponsor can't approve alone.
      asksBackup: persons > 1 || requesters.includes(mailboxOf(sponsor)),
      widened: cut(widened),
      narrowed: cut(narrowed),
      omittedLines: Math.max(0, widened.length - MOST_LINES) + Math.max(0, narrowed.length - MOST_LINES),
      ...(isPartial ? { isPartial } : {}),
      approvals: approvalTexts(asked),
    },
    key: `approval-requested/${requestId}`,
  };
  return { change: { approval: asked }, events: [event] };
}

/** Approvals as events state them. */
export function approvalTexts({ approvals }: Pick<Asked, 'approvals'>): string[] {
  return approvals.map(({ by, until }) => `${by} until ${until}`).sort();
}

function cut(lines: readonly string[]): string[] {
  return lines.slice(0, MOST_LINES).map((line) => {
    const points = [...line];
    return points.length > LONGEST_LINE ? `${points.slice(0, LONGEST_LINE).join('')}... (${points.length} characters)` : line;
  });
}
