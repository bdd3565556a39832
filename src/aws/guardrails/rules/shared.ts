import { listed, principalRule, TRUST } from './built-in-rule';
import { GuardrailResource } from '../template/guardrail-resource';
import { GuardrailTemplate } from '../template/guardrail-template';

/** Callers that are one workload each. A service runs what the app configures, which the resources show. */
const WORKLOADS = ['repository', 'vendor', 'cluster', 'workload'];

export const SHARED = principalRule('shared', {
  when: 'more than one workload runs with the role, or more than one repository, cluster or vendor can assume it',
  why: 'each has what any of them needs, and no log says which of them acted',
}, ({ name, template, resource, workloads, _callers }) => {
  // Several subjects of one provider are one caller with several names.
  const callers = [...new Set(_callers.filter(({ kind }) => WORKLOADS.includes(kind)).flatMap((caller) => caller.name.split(', ')))];
  return workloads.length > 1 && !isOneProvider(template, [resource, ...workloads]) && !areAssets([resource, ...workloads]) ? {
    problem: `${workloads.length} workloads share ${name}: ${listed(workloads.map(({ logicalId }) => logicalId))}`,
    fix: 'give each workload a role of its own',
  } : callers.length > 1 ? {
    location: TRUST,
    problem: `${callers.length} callers share ${name}: ${listed(callers)}`,
    fix: 'give each caller a role of its own',
  } : undefined;
});

/** The handlers of one custom resource, in one construct with it and their role, are one workload. */
function isOneProvider(template: GuardrailTemplate, resources: readonly GuardrailResource[]): boolean {
  const paths = resources.map(({ constructPath }) => constructPath?.split('/') ?? []);
  const common = paths[0].filter((part, index) => paths.every((path) => path.slice(0, index + 1).join('/') === paths[0].slice(0, index + 1).join('/')) && part !== undefined);
  const within = `${common.join('/')}/`;
  // A path begins with that of the stack, which is one construct too.
  const isStack = template.resources.every(({ constructPath }) => constructPath === undefined || constructPath.startsWith(within));
  return common.length > 0 && !isStack
    && template.resources.some(({ type, constructPath }) => (type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource') && constructPath?.startsWith(within));
}

/** CDK Pipelines has a project for each asset, and one role for all of them. */
function areAssets(resources: readonly GuardrailResource[]): boolean {
  return resources.every(({ logicalId }) => /Assets(File|Docker)(Asset\d+|Role)/.test(logicalId));
}
