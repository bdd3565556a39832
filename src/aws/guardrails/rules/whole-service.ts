import { listed, principalRule } from './built-in-rule';
import { shownText } from '../template/trust-of';

/** AWS names the policies so that allow everything in a service. */
const FULL_ACCESS = /\bpolicy\/(?:[\w+=,.@-]+\/)*([\w+=,.@-]+FullAccess)$/;

export const WHOLE_SERVICE = principalRule('whole-service', {
  when: 'it may do everything in a service, on all resources (`services`), or has a policy of AWS for full access',
  why: 'that is more than a workload needs, and it grows with each new action of the service',
}, ({ name, _power: { level, statements }, _attached }) => {
  const policies = _attached.flatMap((arn) => FULL_ACCESS.exec(arn)?.[1] ?? []);
  const allows = level === 'services' ? statements.map((one) => shownText(one.allows)) : [];
  return allows.length + policies.length === 0 || level === 'full' ? undefined : {
    problem: `${name} may do everything in a service: ${listed([...allows, ...policies])}`,
    fix: 'name the actions and the resources that it needs, or use the grant methods of the resources',
  };
});
