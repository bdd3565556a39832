import { sessionOf } from './asked-by';
import { isRequestIdOf } from '../../../src/contract/request-id';
import { humanTaskOf, revocationReference } from '../../model/human-revocation';
import { PlacementState } from '../../model/placement-state';
import { Refusal, refuse } from '../../model/plan';
import { actorOf, ConfirmRevocation, LifecycleRequest } from '../../model/request';
import { Confirmation, RevocationRecord } from '../../model/revocation';
import { mailboxOf } from '../../model/sponsor-of';

/**
 * Who confirms a revocation. On the page, only people of the team that is asked. At the terminal, an operator; where nothing but a person's word is known, that must be a session that IAM vouches for.
 * Never a session of the agent itself.
 */
export function confirmedBy(
  state: PlacementState, request: LifecycleRequest<ConfirmRevocation>, record: RevocationRecord,
): Required<Pick<Confirmation, 'by'>> & Pick<Confirmation, 'proof'> | Refusal {
  const { placement: { agentName }, intent: { revoker: id, confirmation, proven } } = request;
  const team = humanTaskOf(record.revoker)?.team;
  if (isRequestIdOf(request.requestId, 'page', 'confirm-revocation')) {
    const isForThis = proven?.proof === 'sign-in' || (proven?.proof === 'mail-link' && proven.purpose === 'revocation');
    const by = mailboxOf(proven?.email ?? '');
    return isForThis && team?.includes(by) === true && confirmation === revocationReference(record) ? { by, proof: proven!.proof }
      : refuse('ConfirmationNotAsked', `${by === '' ? 'the caller' : by} was not asked to confirm ${id} of agent ${agentName}, or what was asked is over: only the people that its code names are, by the latest mail; an operator can run \`nhi confirm ${agentName} ${id}\``);
  }
  const session = sessionOf(request);
  if (session !== undefined && state.principals[session.roleId] !== undefined) {
    return refuse('ConfirmationByAgent', `session ${session.userId} is of agent ${agentName} itself, which can't confirm that its access no longer exists: a person has to`);
  }
  return session === undefined && team !== undefined
    ? refuse('ConfirmationUnvouched', `it is not known who confirms ${id} of agent ${agentName}: run \`nhi confirm\` in a session of a role, such as one of IAM Identity Center, and not as an IAM user or root`)
    : { by: actorOf(request), ...(session === undefined ? {} : { proof: 'aws-session' as const }) };
}
