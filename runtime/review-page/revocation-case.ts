import { signedInAs } from './review-case';
import { revocationPath } from '../../src/contract/review-page';
import { requireReason } from '../../src/core/reason';
import { PageSession } from '../ledger';
import { HumanTask, humanTaskOf, revocationReference } from '../model/human-revocation';
import { PlacementState } from '../model/placement-state';
import { ConfirmRevocation, PageProof } from '../model/request';
import { RevocationRecord } from '../model/revocation';

/** Access that people revoke, as one of them sees it. */
export interface RevocationCase {
  readonly state: PlacementState;
  readonly record: RevocationRecord;
  readonly task: HumanTask;
  readonly reference: string;
  readonly proof: PageProof;
  readonly path: string;
}

/** What a form said. Anything may be missing or repeated. */
export interface RevocationForm {
  readonly done: string;
  readonly reason: string;
  readonly once: string;
}

/** The revocation that the reference names. Undefined for anybody who was not asked for it, as for one that does not exist. */
export function revocationFor(session: PageSession, state: PlacementState | undefined, reference: string): RevocationCase | undefined {
  const record = state?.revocations?.find((one) => revocationReference(one) === reference);
  const task = record === undefined ? undefined : humanTaskOf(record.revoker);
  const proof = state === undefined ? undefined : proofIn(session, state, reference);
  return state === undefined || record === undefined || task === undefined || proof === undefined || !task.team.includes(proof.email) ? undefined
    : { state, record, task, reference, proof, path: revocationPath(state.placement, reference) };
}

/** A link proves the address for its own revocation only. */
function proofIn({ identity, link }: PageSession, { placement: { account, agentName } }: PlacementState, reference: string): PageProof | undefined {
  if (identity !== undefined) {
    return signedInAs(identity);
  }
  const isFor = link?.purpose === 'revocation' && link.account === account && link.agentName === agentName && link.reviewId === reference;
  return isFor ? { proof: 'mail-link', email: link.person, link: link.hash, purpose: link.purpose } : undefined;
}

export function revocationForm(fields: URLSearchParams): RevocationForm {
  const text = (name: string): string => fields.get(name) ?? '';
  // A text area sends line breaks, and a reason is one line.
  return { done: text('done'), reason: text('reason').replace(/[\r\n\t]+/g, ' ').trim(), once: text('once') };
}

/** Checks what a person said, in words that tell what to do. The engine checks everything again. */
export function checkRevocation(
  { done, reason }: RevocationForm, { record, reference, proof }: RevocationCase,
): { readonly intent: ConfirmRevocation } | { readonly problem: string } {
  if (done !== 'yes') {
    return { problem: 'Confirm only what is done: check the box if the access no longer exists.' };
  }
  try {
    requireReason(reason);
  } catch {
    return { problem: 'Say what you did, in 10 to 500 characters on one line.' };
  }
  return { intent: { kind: 'confirm-revocation', revoker: record.revoker.id, confirmation: reference, reason, proven: proof } };
}
