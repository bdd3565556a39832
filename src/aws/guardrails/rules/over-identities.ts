import { Fault, principalRule } from './built-in-rule';
import { onlyRunsAsOthers } from '../../../core/identities/power';
import { GuardrailPrincipal } from '../template/guardrail-principal';
import { shownText } from '../template/trust-of';

export const BECOMES_OTHERS = principalRule('becomes-others', {
  when: 'it can change or become other identities: administer IAM, assume or pass any role (`identities`)',
  why: 'it has what every identity has that it can become',
}, (principal) => (onlyRunsAsOthers(principal._power) ? undefined : faultOf(principal)));

export const RUNS_AS_OTHERS = principalRule('runs-as-others', {
  when: 'it can run something as other identities: start any build or job, pass any role to named services',
  why: 'it has what the identities have that it can run something as',
}, (principal) => (onlyRunsAsOthers(principal._power) ? faultOf(principal) : undefined));

function faultOf({ name, _power: { level, statements: [first] } }: GuardrailPrincipal): Fault | undefined {
  return level !== 'identities' ? undefined : {
    problem: `${name} ${first.why}: ${shownText(first.allows)} (policy ${first.policy})`,
    fix: 'name the exact ARNs of the roles and resources instead of *',
  };
}
