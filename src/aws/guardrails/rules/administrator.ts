import { listed, principalRule } from './built-in-rule';

export const ADMINISTRATOR = principalRule('administrator', {
  when: 'its policies allow everything (`full`)',
  why: 'anyone who gets into the workload has the account',
}, ({ name, _power: { level, statements } }) => (level !== 'full' ? undefined : {
  problem: `${name} may do everything: ${listed(statements.map(({ policy }) => policy))}`,
  fix: 'name the actions and the resources that it needs, or use the grant methods of the resources',
}));
