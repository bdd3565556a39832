import { Call } from './fake-google/wire';

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/:disable$/, 'disables'],
  [/^DELETE .*\/keys\//, 'deletes a key'],
  [/^DELETE .*\/secrets\//, 'deletes a secret'],
  [/^DELETE .*\/serviceAccounts\/[^/]+$/, 'deletes the account'],
  [/^POST .*\/serviceAccounts$/, 'makes an account'],
  [/:setIamPolicy$|^PUT .*\/iam$|^POST \/stand-in\/datasets\/|^PATCH .*\/datasets\//, 'writes a policy'],
];

/**
 * What changed Google, in order, such as `teardown disables`. A policy that is written after a new account exists is a grant, before that it is a
 * revocation.
 */
export function story(calls: readonly Call[]): string[] {
  const done = calls.filter(({ status }) => status === 200).flatMap(({ what, agent }) => {
    const kind = KINDS.find(([pattern]) => pattern.test(what))?.[1];
    return kind === undefined ? [] : [{ agent, kind }];
  });
  const made = done.findIndex(({ kind }) => kind === 'makes an account');
  return done.map(({ agent, kind }, index) => `${agent} ${kind !== 'writes a policy' ? kind : made >= 0 && index > made ? 'grants' : 'revokes'}`);
}
