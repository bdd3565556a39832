import { listed, principalRule, TRUST } from './built-in-rule';

export const ANY_BRANCH = principalRule('any-branch', {
  when: 'a token of GitHub for any branch, tag, pull request or environment of a repository is accepted',
  why: 'everyone who may push a branch has the role, before anybody reviewed what is pushed',
}, ({ name, _callers }) => {
  const found = _callers.filter(({ weakness }) => weakness === 'any-branch');
  return found.length === 0 ? undefined : {
    location: TRUST,
    problem: `role ${name} accepts every branch of ${listed(found.map((caller) => caller.name))}`,
    fix: 'name the branch or, better, an environment that has reviewers: repo:<owner>/<repository>:environment:<name>',
  };
});
