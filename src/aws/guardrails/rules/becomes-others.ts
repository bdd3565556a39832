import { principalRule } from './built-in-rule';
import { shownText } from '../template/trust-of';

export const BECOMES_OTHERS = principalRule('becomes-others', {
  when: 'it can change or become other identities: administer IAM, assume or pass any role, change what others run (`identities`)',
  why: 'it has what every identity has that it can become',
}, ({ name, _power: { level, statements: [first] } }) => (level !== 'identities' ? undefined : {
  problem: `${name} ${first.why}: ${shownText(first.allows)} (policy ${first.policy})`,
  fix: 'name the exact ARNs of the roles and resources instead of *',
}));
