import { listed, principalRule, TRUST } from './built-in-rule';

/** Callers that are one workload each. A service runs what the app configures, which the resources show. */
const WORKLOADS = ['repository', 'vendor', 'cluster', 'workload'];

export const SHARED = principalRule('shared', {
  when: 'more than one workload runs with the role, or more than one repository, cluster or vendor can assume it',
  why: 'each has what any of them needs, and no log says which of them acted',
}, ({ name, workloads, _callers }) => {
  // Several subjects of one provider are one caller with several names.
  const callers = [...new Set(_callers.filter(({ kind }) => WORKLOADS.includes(kind)).flatMap((caller) => caller.name.split(', ')))];
  return workloads.length > 1 ? {
    problem: `${workloads.length} workloads share ${name}: ${listed(workloads.map(({ logicalId }) => logicalId))}`,
    fix: 'give each workload a role of its own',
  } : callers.length > 1 ? {
    location: TRUST,
    problem: `${callers.length} callers share ${name}: ${listed(callers)}`,
    fix: 'give each caller a role of its own',
  } : undefined;
});
