import { haveCommonArn } from './registry-reach';
import { Finding, Rule } from './statement-rules';
import { shown } from '../../core/shown';
import { globsMeet } from '../iam/globs';
import { isEverything, textsOf, UNKNOWN } from '../iam/resource-text';
import { StatementJson } from '../iam/statement';

/** What changes a stack, and so whatever is in it. */
const CHANGES_STACK = [
  'CancelUpdateStack', 'ContinueUpdateRollback', 'Create*', 'Delete*', 'Execute*', 'RollbackStack', 'SetStackPolicy', 'Update*',
].map((name) => `cloudformation:${name.toLowerCase()}`);

const TAKES_ROLE = ['sts:assumerole', 'iam:passrole'];

/** Roles of CDK's bootstrap stack, under any qualifier, that deploy or put in place what is deployed. The one that looks things up only reads. */
const DEPLOYS = ['deploy', 'cfn-exec', 'file-publishing', 'image-publishing'].map((what) => `role/cdk-*-${what}-role-*`);

/**
 * An agent that may change the template it is declared in, or any other agent's, may grant itself everything.
 *
 * @param stackArns returns the ARNs of the stacks that declare agents. It is called only for an action that changes stacks.
 */
export function deploymentRule(stackArns: () => readonly string[]): Rule {
  return { code: 'DeploymentWithinReach', find: (statement) => stackWithinReach(statement, stackArns) ?? deployerWithinReach(statement) };
}

function stackWithinReach({ actions, resources }: StatementJson, stackArns: () => readonly string[]): Finding | undefined {
  const found = covering(actions, CHANGES_STACK);
  if (found.length === 0) {
    return undefined;
  }
  const arns = stackArns();
  const named = resources.flatMap((resource) => (/AWS::Stack(Id|Name)/.test(JSON.stringify(resource))
    ? ['its own stack'] : textsOf(resource).filter((text) => !isEverything(text) && arns.some((arn) => haveCommonArn(text, arn)))));
  return fault(found, named, 'changes a stack that declares agents, and so what they may do');
}

function deployerWithinReach({ actions, resources }: StatementJson): Finding | undefined {
  const found = covering(actions, TAKES_ROLE);
  if (found.length === 0) {
    return undefined;
  }
  const named = resources.flatMap(textsOf).filter((text) => !isEverything(text) && DEPLOYS.some((role) => {
    const [, , service, , , ...resource] = text.split(':');
    return service === 'iam' && globsMeet(role, resource.join(':'));
  }));
  return fault(found, named, 'uses a role that deploys stacks, the agent\'s own too');
}

/** The actions that have something in common with a pattern. The services are compared first. Another rule rejects a wildcard in a service's name. */
function covering(actions: readonly string[], patterns: readonly string[]): string[] {
  const service = (action: string): string => action.slice(0, action.indexOf(':') + 1);
  return actions.filter((action) => {
    const text = action.toLowerCase();
    return patterns.some((pattern) => service(text) === service(pattern) && globsMeet(pattern, text));
  });
}

function fault(actions: string[], resources: readonly string[], does: string): Finding | undefined {
  return resources.length === 0 ? undefined : {
    problem: `${actions.map(shown).join(', ')} on ${resources.map((text) => shown(text.replaceAll(UNKNOWN, '<known at deployment>'))).join(', ')} ${does}`,
    fix: 'let a pipeline deploy, and the agent ask it to',
    actions,
  };
}
