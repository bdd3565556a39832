import { principalRule, TRUST } from './built-in-rule';

export const NO_END = principalRule('no-end', {
  when: 'another company or an IAM user has access without a date on which it ends',
  why: 'contracts and projects end, and nobody removes the access then',
}, ({ resource, name, isManaged, _callers, _hasEnd }) => {
  const outsiders = _callers.filter(({ kind }) => kind === 'vendor').map((caller) => caller.name);
  const isUser = resource.type === 'AWS::IAM::User';
  return isManaged || _hasEnd || (outsiders.length === 0 && !isUser) ? undefined : {
    ...(isUser ? {} : { location: TRUST }),
    problem: `${isUser ? `user ${name}` : `role ${name}, which ${outsiders.join(', ')} can assume,`} has no end`,
    fix: 'create it as a ManagedAgentIdentity, which has an end, or deny everything from a date on (DateGreaterThan on aws:CurrentTime)',
  };
});
