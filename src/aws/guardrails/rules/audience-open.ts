import { listed, principalRule, TRUST } from './built-in-rule';

export const AUDIENCE_OPEN = principalRule('audience-open', {
  when: 'a token for any audience is accepted',
  why: 'a token that was made for another service opens the role',
}, ({ name, _callers }) => {
  const found = _callers.filter(({ weakness }) => weakness === 'no-audience');
  return found.length === 0 ? undefined : {
    location: TRUST,
    problem: `role ${name} accepts tokens for any audience: ${listed(found.map((caller) => caller.name))}`,
    fix: 'add StringEquals on the :aud of the provider, mostly sts.amazonaws.com',
  };
});
