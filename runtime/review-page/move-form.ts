import { MoveCase } from './move-case';
import { requireReason } from '../../src/core/reason';
import { Approve } from '../model/request';

/** What a form said. Anything may be missing or repeated. */
export interface MoveForm {
  readonly verdict: string;
  readonly reason: string;
  readonly digest: string;
  readonly once: string;
}

export function moveForm(fields: URLSearchParams): MoveForm {
  const text = (name: string): string => fields.get(name) ?? '';
  // A text area sends line breaks, and a reason is one line.
  return { verdict: text('verdict'), reason: text('reason').replace(/[\r\n\t]+/g, ' ').trim(), digest: text('digest'), once: text('once') };
}

/** Checks what a person chose, in words that tell what to do. The engine checks everything again. */
export function checkMove(
  { verdict, reason, digest }: MoveForm, { asked, proof, isOwn }: MoveCase,
): { readonly intent: Approve } | { readonly problem: string } {
  if (digest !== asked.digest) {
    return { problem: 'What the agent would be granted has changed since you looked at it. Look at it again, then answer.' };
  }
  if (verdict !== 'decline' && (verdict !== 'approve' || isOwn)) {
    return { problem: 'Choose what you answer.' };
  }
  try {
    requireReason(reason);
  } catch {
    return { problem: 'Say why, in 10 to 500 characters on one line.' };
  }
  return { intent: { kind: 'approve', digest, verdict, reason, proven: proof } };
}
