import { listed, principalRule, TRUST } from './built-in-rule';

export const PERSON_AND_MACHINE = principalRule('person-and-machine', {
  when: 'people and machines can assume the same role, or people can assume an agent\'s',
  why: 'no log says whether the person or the workload acted, and the person has the workload\'s access',
}, ({ name, isAgent, workloads, _callers }) => {
  const people = _callers.filter(({ kind }) => kind === 'people').map((caller) => caller.name);
  const isMachine = isAgent || workloads.length > 0 || _callers.some(({ kind }) => !['people', 'account'].includes(kind));
  return people.length === 0 || !isMachine ? undefined : {
    location: TRUST,
    problem: `people can assume ${name} too: ${listed(people)}`,
    fix: 'give people a permission set of their own, and remove them from this trust policy',
  };
});
