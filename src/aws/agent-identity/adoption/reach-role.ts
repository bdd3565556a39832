import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { logicalIds } from '../../../contract/logical-ids';
import { denyAllArn } from '../../../contract/policy-names';
import { reservedTagKeys } from '../../../contract/tags';
import { acknowledge } from '../../findings/acknowledge';
import { requireCreated } from '../../iam/customized-roles';
import { ILifecycleRegistry } from '../../lifecycle-registry/lifecycle-registry-ref';
import { factsOf } from '../../lifecycle-registry/registry-facts';

interface ReachRoleProps {
  readonly agentName: string;
  readonly stageName: string;
  readonly registry: ILifecycleRegistry;
  /** The adopted role. */
  readonly role: iam.IRole;
}

/** The role through which the engine reaches one adopted role, and nothing else. Only the engine may assume it. */
export class ReachRole extends iam.Role {
  public constructor(scope: Construct, id: string, { agentName, stageName, registry, role }: ReachRoleProps) {
    const { names, place, naming } = factsOf(registry);
    const self = `arn:${place.partition}:iam::${place.account}:role/${names.reachRole(agentName)}`;
    const denyAll = denyAllArn(place.partition);
    const attachable = [denyAll, names.guardPolicyArn(place, stageName), names.noRegistryPolicyArn(place)];
    const allow = (sid: string, actions: string[], conditions?: Record<string, Record<string, string | string[]>>): iam.PolicyStatement => (
      new iam.PolicyStatement({ sid, actions, resources: [role.roleArn], conditions }));
    super(scope, id, {
      roleName: names.reachRole(agentName),
      description: `The engine of the registry ${registry.registryName} reaches the adopted role of agent ${agentName} by it`,
      // The account with a condition: a trust that names the engine's role itself would be lost if the registry is created again.
      assumedBy: new iam.AccountPrincipal(place.account).withConditions({ ArnEquals: { 'aws:PrincipalArn': names.roleArn(place, names.engineRole) } }),
      inlinePolicies: {
        reach: new iam.PolicyDocument({
          statements: [
            allow('Look', [
              'iam:GetRole', 'iam:GetRolePolicy', 'iam:ListRolePolicies', 'iam:ListAttachedRolePolicies', 'iam:GenerateServiceLastAccessedDetails',
            ]),
            // It supports no resources.
            new iam.PolicyStatement({ sid: 'ReadReportsOfUse', actions: ['iam:GetServiceLastAccessedDetails'], resources: ['*'] }),
            new iam.PolicyStatement({ sid: 'Simulate', actions: ['iam:SimulatePrincipalPolicy'], resources: [role.roleArn, self] }),
            allow('Deny', [
              'iam:PutRolePermissionsBoundary', 'iam:DeleteRolePermissionsBoundary', 'iam:DeleteRolePolicy', 'iam:UpdateAssumeRolePolicy',
            ]),
            allow('Guard', ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'], { ArnEquals: { 'iam:PolicyARN': attachable } }),
            allow('Tag', ['iam:TagRole', 'iam:UntagRole'], { 'ForAllValues:StringEquals': { 'aws:TagKeys': reservedTagKeys(naming._tagPrefix) } }),
            // IAM can't restrict the content of an inline policy. In a registry without reviews, the role is denied everything when the engine writes one.
            allow('DenyByPolicy', ['iam:PutRolePolicy'],
              factsOf(registry).isCertified?.() === false ? { StringEquals: { 'iam:PermissionsBoundary': denyAll } } : undefined),
          ],
        }),
      },
    });
    const cfnRole = this.node.defaultChild as iam.CfnRole;
    requireCreated(this, this.node.path,
      `the role from being created by which the engine reaches ${Stack.of(this).resolve(role.roleArn) as string}: leave this agent's scope out of customizeRoles`);
    cfnRole.overrideLogicalId(logicalIds(agentName, stageName).reach);
    acknowledge(this, { nag: { 'AwsSolutions-IAM5[Resource::*]': 'IAM supports no resources for iam:GetServiceLastAccessedDetails' } });
  }
}
