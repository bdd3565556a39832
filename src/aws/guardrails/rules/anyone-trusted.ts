import { listed, principalRule, TRUST } from './built-in-rule';

export const ANYONE_TRUSTED = principalRule('anyone-trusted', {
  when: 'anyone can assume the role, guests of an Amazon Cognito identity pool included',
  why: 'everybody with an AWS account, or with a browser, is the role',
}, ({ name, _callers }) => {
  const found = _callers.filter(({ weakness }) => weakness === 'anyone');
  return found.length === 0 ? undefined : {
    location: TRUST,
    problem: `role ${name} can be assumed by ${listed(found.map((caller) => caller.name))}`,
    fix: 'name the principal that needs it, or add StringEquals on aws:PrincipalOrgID',
  };
});
