import { principalRule } from './built-in-rule';

export const IAM_USER = principalRule('iam-user', {
  when: 'the template creates an IAM user that no registry manages',
  why: 'a user\'s credentials are long-lived, and nothing ends them',
}, ({ resource, name, isManaged }) => (resource.type !== 'AWS::IAM::User' || isManaged ? undefined : {
  problem: `${name} is an IAM user`,
  fix: 'use a role: workloads assume it, and people sign in by IAM Identity Center',
}));
