import { askEngine, Asking, runRequest } from './ask-engine';
import { Connection } from './connection';
import { placementOf, showPlacement } from './placements';
import { Proposal } from './proposal';
import { InvalidInputError } from '../../src/core/errors';
import { APPROVAL_MEANING } from '../engine/decision/approve';
import { stageDifference } from '../engine/decision/stage-difference';
import { AskedApproval } from '../model/approval';
import { Declared, PlacementState } from '../model/placement-state';
import { Approve } from '../model/request';

/** What a person answered, and what it was about. */
export interface AnsweredApproval {
  readonly agentName: string;
  readonly stage: string;
  readonly verdict: Approve['verdict'];
  readonly asked: AskedApproval<Declared>;
}

/**
 * Reads what a move or a join would grant, and says what the answer means.
 *
 * @param digest what the person has looked at; without it, what is shown now
 * @throws InvalidInputError `NothingToApprove`, `ApprovalOutdated`
 */
export async function proposeAnswer(
  connection: Connection, agentName: string, { verdict, reason, digest }: Pick<Approve, 'verdict' | 'reason'> & { readonly digest?: string }, asking: Asking,
): Promise<Proposal<AnsweredApproval>> {
  const placement = placementOf(connection, agentName);
  const state = await connection.ledger.state(placement);
  const asked = state?.approval;
  if (asked === undefined || asked.declined !== undefined) {
    throw new InvalidInputError('NothingToApprove', `agent ${agentName} waits for no approval: a deployment that needs one asks for it, and so does nhi request-approval`);
  }
  if (digest !== undefined && digest !== asked.digest) {
    throw new InvalidInputError('ApprovalOutdated', `what agent ${agentName} is to be granted is ${asked.digest} now: look at it again with nhi approve ${agentName}`);
  }
  const { declared: { stage } } = asked;
  return {
    will: [
      `agent ${agentName} in account ${placement.account}: ${verdict} ${state?.status === 'active' ? `its move from ${state.declared.stage} to ${stage}` : `its join in ${stage}`}`,
      ...describe(asked, state?.status === 'active' ? state.declared : undefined),
      ...(verdict === 'approve' ? [`  in your name: "${APPROVAL_MEANING}"`] : []),
    ],
    make: async () => {
      await runRequest(connection, placement, { kind: 'approve', digest: asked.digest, verdict, reason }, asking);
      const after = await connection.ledger.state(placement);
      return { agentName, stage, verdict, asked: after?.approval ?? asked };
    },
  };
}

/**
 * Asks for the approval of a move, in the caller's name.
 *
 * @throws InvalidInputError `AgentUnknown`
 */
export async function proposeApprovalRequest(
  connection: Connection, agentName: string, { stage, reason }: { readonly stage: string; readonly reason: string }, asking: Asking,
): Promise<Proposal<PlacementState>> {
  const { declared, placement } = await showPlacement(connection, agentName);
  const { widened, narrowed, isPartial } = stageDifference(declared, { ...declared, stage });
  return {
    will: [
      `agent ${agentName} in account ${placement.account}: ask its sponsor to approve its move from ${declared.stage} to ${stage}, as it was declared at the last deployment; you can't approve it then`,
      ...lines({ widened, narrowed, isPartial }),
    ],
    make: () => askEngine(connection, agentName, { kind: 'request-approval', stage, reason }, asking),
  };
}

function describe({ digest, declared, stackName, persons, requesters, approvals }: AskedApproval<Declared>, from: Declared | undefined): string[] {
  return [
    `  purpose: ${declared.purpose}; end: ${declared.expiresAt}; stack: ${stackName}`,
    `  sponsor: ${declared.sponsor.accountableEmail}, backup: ${declared.sponsor.backupEmail}; needs ${persons === 1 ? '1 approval' : `${persons} approvals`}`,
    ...lines(stageDifference(from, declared)),
    ...(requesters.length === 0 ? [] : [`  asked for by ${requesters.join(', ')}`]),
    ...approvals.map(({ by, at, until }) => `  approved by ${by} at ${at}, until ${until}`),
    `  digest ${digest}`,
  ];
}

function lines({ widened, narrowed, isPartial }: ReturnType<typeof stageDifference>): string[] {
  return [
    ...widened.map((line) => `  + ${line}`),
    ...narrowed.map((line) => `  - ${line}`),
    ...(widened.length + narrowed.length === 0 && !isPartial ? ['  the same access as now'] : []),
    ...(isPartial ? ['  ATTENTION: some access is too long to be listed here; only the digest covers it: read it in the template'] : []),
  ];
}
