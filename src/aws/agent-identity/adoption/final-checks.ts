import { isDeepStrictEqual } from 'node:util';
import { aws_iam as iam, CfnResource, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { EXPIRY_POLICY } from '../../../contract/adoption';
import { overrides, removal, renderedForCheck, reshaped } from '../rendered';

interface AdoptionParts {
  readonly reach: iam.Role;
  readonly lifecycle: CfnResource;
  readonly expiry: iam.CfnPolicy;
  readonly endDeny: iam.PolicyStatement;
}

/** Checks of the finished app: the parts of an adoption must be as they were declared, after all aspects and escape hatches. */
export function checkAdoption(agent: Construct, { reach, lifecycle, expiry, endDeny }: AdoptionParts): void {
  const { path } = agent.node;
  const resources = [reach.node.defaultChild as CfnResource, lifecycle, expiry];
  agent.node.addValidation({
    validate: () => [
      ...resources.filter((resource) => removal(resource).some((policy) => policy !== undefined && policy !== 'Delete'))
        .map(({ node }) => `RetainRefused: ${node.path} would be retained when the agent leaves: don't set RemovalPolicy.RETAIN on it`),
      ...resources.flatMap((resource) => reshaped(resource).map((what) => (
        `ShapeChanged: ${resource.node.path}: its ${what} was changed after the agent was declared: remove the override or the condition`))),
      ...Object.keys(overrides(lifecycle)).map((what) => (
        `LifecycleChanged: ${path}: ${what} of the properties for the engine was changed after the agent was declared: remove the override, and change the agent's own properties`)),
      ...endsAsDeclared(expiry, endDeny) ? [] : [
        `GuardChanged: ${path}: the policy ${EXPIRY_POLICY}, which ends the agent, was changed after the agent was declared: remove the override or the aspect that changes it`,
      ],
    ],
  });
}

function endsAsDeclared(expiry: iam.CfnPolicy, endDeny: iam.PolicyStatement): boolean {
  const stack = Stack.of(expiry);
  // Used once after this, by the properties for the engine.
  const { PolicyDocument: document, PolicyName: name } = renderedForCheck(expiry, 1).Properties;
  return name === EXPIRY_POLICY && isDeepStrictEqual(document, stack.resolve(new iam.PolicyDocument({ statements: [endDeny] })));
}
