import { validateEmail } from '../../core/email';
import { shown } from '../../core/shown';
import { requirePlainText } from '../../core/text';
import { factsWith, invalid } from '../checks';
import { RevokerFacts, RevokerProps } from '../revoker-props';

/** Access that people revoke by hand. */
export interface HumanRevokerProps extends RevokerProps {
  /**
   * Mail addresses of the people who revoke the access: 1 to 10, of persons or shared mailboxes. Only they can confirm it, with the link of their mail or after a sign-in, and operators with `nhi confirm`.
   */
  readonly team: string[];

  /**
   * What they do, step by step: 1 to 8 lines of 10 to 240 visible characters. They are in mails, in the ledger and in the template, so they must not contain secrets.
   */
  readonly steps: string[];
}

const MOST_MEMBERS = 10;
const MOST_STEPS = 8;
const STEP = /^.{10,240}$/u;

/** @throws InvalidInputError `RevokerInvalid`, `EmailInvalid`, and what texts fail with */
export function humanFacts(id: string, props: HumanRevokerProps): RevokerFacts {
  const { team, steps } = props;
  if (!Array.isArray(team) || team.length === 0 || team.length > MOST_MEMBERS) {
    throw invalid(`the team ${shown(team)} of revoker ${shown(id)}`, `1 to ${MOST_MEMBERS} mail addresses`);
  }
  if (!Array.isArray(steps) || steps.length === 0 || steps.length > MOST_STEPS) {
    throw invalid(`the steps ${shown(steps)} of revoker ${shown(id)}`, `1 to ${MOST_STEPS} lines that say what to do`);
  }
  const members = team.map((address) => validateEmail(`an address of the team of revoker ${shown(id)}`, address).toLowerCase());
  return factsWith(id, props, { kind: 'human', onSuspend: false, settings: { team: [...new Set(members)], steps: steps.map((step) => stepOf(id, step)) } });
}

function stepOf(id: string, step: string): string {
  if (!STEP.test(requirePlainText(`a step of revoker ${shown(id)}`, step))) {
    throw invalid(`the step ${shown(step)} of revoker ${shown(id)}`, '10 to 240 characters');
  }
  return step;
}
