import { listed, principalRule, TRUST } from './built-in-rule';

export const OPEN_FEDERATION = principalRule('open-federation', {
  when: 'a token of any subject, or of more than one repository or service account, is accepted',
  why: 'every repository or cluster at the identity provider is the role, those of strangers included',
}, ({ name, _callers }) => {
  const found = _callers.filter(({ weakness }) => weakness === 'no-subject' || weakness === 'wide-subject');
  return found.length === 0 ? undefined : {
    location: TRUST,
    problem: `role ${name} accepts ${listed(found.map((caller) => caller.name))}`,
    fix: 'add StringEquals on the :sub of the provider with the exact subject, such as repo:<owner>/<repository>:environment:<name>',
  };
});
