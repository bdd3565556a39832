import { principalRule } from './built-in-rule';

export const IAM_USER = principalRule('iam-user', {
  when: 'the template creates an IAM user',
  why: 'a user\'s credentials are long-lived, and nothing ends them',
}, ({ resource, name }) => (resource.type !== 'AWS::IAM::User' ? undefined : {
  problem: `${name} is an IAM user`,
  fix: 'use a role: workloads assume it, and people sign in by IAM Identity Center',
}));
