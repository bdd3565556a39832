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
  const common = commonOf(resources.map(({ constructPath }) => constructPath ?? ''));
  const { root, custom } = placesIn(template);
  // A path begins with that of the stack, which is one construct too.
  return common !== '' && !`${root}/`.startsWith(`${common}/`) && custom.has(common);
}

interface Places {
  /** The path that those of all resources begin with. */
  readonly root: string;
  /** The constructs with a custom resource in them. */
  readonly custom: ReadonlySet<string>;
}

const PLACES = new WeakMap<GuardrailTemplate, Places>();

function placesIn(template: GuardrailTemplate): Places {
  const known = PLACES.get(template) ?? {
    root: commonOf(template.resources.flatMap(({ constructPath }) => constructPath ?? [])),
    custom: new Set(template.resources
      .filter(({ type }) => type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource')
      .flatMap(({ constructPath = '' }) => constructPath.split('/').map((_part, index, parts) => parts.slice(0, index).join('/')))),
  };
  PLACES.set(template, known);
  return known;
}

/** The construct that contains all. */
function commonOf(paths: readonly string[]): string {
  const [first = [], ...others] = paths.map((path) => path.split('/'));
  return others.reduce((one, other) => {
    const differs = one.findIndex((part, index) => part !== other[index]);
    return differs === -1 ? one : one.slice(0, differs);
  }, first).join('/');
}

/** CDK Pipelines has a project for each asset, and one role for all of them. */
function areAssets(resources: readonly GuardrailResource[]): boolean {
  return resources.every(({ logicalId }) => /Assets(File|Docker)(Asset\d+|Role)/.test(logicalId));
}
