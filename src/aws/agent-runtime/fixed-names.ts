import { Annotations, Stack } from 'aws-cdk-lib';
import { RoleHolder } from './role-holders';
import { AgentStage } from '../../core';

/**
 * Warns about resources that CloudFormation replaces when their role changes, under a name that stays the same: a change of stage would fail, because
 * CloudFormation creates the new one before it deletes the old.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
 */
export function tellFixedNames(holders: readonly RoleHolder[], { name: stage }: AgentStage): void {
  for (const { resource, kind } of holders) {
    const name: unknown = kind?.fixedName === undefined ? undefined
      : Stack.of(resource).resolve((resource as unknown as Record<string, unknown>)[kind.fixedName]);
    if (typeof name === 'string' && !new RegExp(`(^|[^a-z0-9])${stage}([^a-z0-9]|$)`, 'i').test(name)) {
      Annotations.of(resource).addWarningV2('cdk-nhi-lifecycle:NameInEveryStage',
        `${resource.cfnResourceType} ${name} is replaced when its role changes, and a change of the agent's stage would fail because the name is taken: include the stage, ${stage}, in the name`);
    }
  }
}
