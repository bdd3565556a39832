import { principalRule } from './built-in-rule';

export const CONSOLE_LOGIN = principalRule('console-login', {
  when: 'an IAM user of the template has a password for the console',
  why: 'a person can use an identity that code created, without your sign-in and its second factor',
}, ({ resource, name }) => (resource.type !== 'AWS::IAM::User' || resource.properties.LoginProfile === undefined ? undefined : {
  location: 'Properties.LoginProfile',
  problem: `user ${name} has a password for the console`,
  fix: 'let people sign in by IAM Identity Center; remove LoginProfile (password)',
}));
