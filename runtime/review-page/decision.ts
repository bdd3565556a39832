import { ReviewCase } from './review-case';
import { FormGiven } from './views/review-view';
import { validateEmail } from '../../src/core/email';
import { reasonOf } from '../../src/core/errors';
import { requireReason } from '../../src/core/reason';
import { Review } from '../model/request';
import { Verdict } from '../model/review';

/** What a form said. */
export interface DecisionForm extends FormGiven {
  readonly actions: readonly string[];
  readonly review: string;
  readonly shown: string;
  readonly shownAt: string;
  readonly once: string;
}

export type Checked = { readonly intent: Review } | { readonly problem: string };

/** Verdicts that are about chosen services. */
const ABOUT_ITEMS: readonly Verdict[] = ['keep', 'reduce', 'request-change'];

/** Reads a form. Anything may be missing or repeated. */
export function decisionForm(fields: URLSearchParams): DecisionForm {
  const text = (name: string): string => fields.get(name) ?? '';
  return {
    verdict: text('verdict'),
    items: fields.getAll('items'),
    actions: fields.getAll('actions'),
    // A text area sends line breaks, and a reason is one line.
    reason: text('reason').replace(/[\r\n\t]+/g, ' ').trim(),
    to: text('to').trim(),
    review: text('review'),
    shown: text('shown'),
    shownAt: text('shownAt'),
    once: text('once'),
  };
}

/** Checks what a person chose, in words that tell what to do. The engine checks everything again. */
export function checkDecision(form: DecisionForm, { open, shown, choices, proof, state }: ReviewCase): Checked {
  const { items, actions, reason, to } = form;
  const verdict = choices.find((choice) => choice === form.verdict);
  if (form.review !== open.id || form.shown !== open.shown.sha256) {
    return { problem: 'The agent has changed since you looked at it. Look at it again, then decide.' };
  }
  if (verdict === undefined) {
    return { problem: 'Choose what you decide.' };
  }
  const isAboutItems = ABOUT_ITEMS.includes(verdict);
  if (isAboutItems && items.length === 0 && shown.items.length > 0) {
    return { problem: 'Choose at least one service that your decision is about.' };
  }
  if (isAboutItems && items.some((service) => !shown.items.some((item) => item.service === service))) {
    return { problem: 'Choose only services of this review.' };
  }
  if (verdict === 'reduce' && items.some((service) => !/^[a-z0-9-]+$/.test(service))) {
    return { problem: 'Actions of any service can\'t be denied here. Ask for a change of the code.' };
  }
  const denied = (state.reduction?.denied ?? []).map(({ action }) => action);
  if (verdict === 'restore' && (actions.length === 0 || actions.some((action) => !denied.includes(action)))) {
    return { problem: 'Choose what is given back.' };
  }
  const problem = problemOf(() => requireReason(reason)) ? 'Say why, in 10 to 500 characters on one line.'
    : verdict === 'transfer' && problemOf(() => validateEmail('the address', to)) ? 'Give the mail address of the person who should be accountable.' : undefined;
  if (problem !== undefined) {
    return { problem };
  }
  return {
    intent: {
      kind: 'review',
      reviewId: open.id,
      shown: open.shown.sha256,
      shownAt: form.shownAt,
      verdict,
      ...(verdict === 'keep' || verdict === 'request-change' ? { items } : {}),
      ...(verdict === 'reduce' ? { actions: items } : verdict === 'restore' ? { actions } : {}),
      ...(verdict === 'transfer' ? { to: to.toLowerCase() } : {}),
      reason,
      proven: proof,
    },
  };
}

function problemOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}
