import { ContextEntry, EvaluationResult, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { isForbidden } from './errors-of-iam';
import { IdentityContext } from './identity-context';
import { inspectPrincipal } from './inspect';
import { reachArn, reaching } from './reach';
import { denyAllArn } from '../../../src/contract/policy-names';
import { RegistryNames } from '../../../src/contract/registry-names';
import { PrincipalRef } from '../../model/placement-state';

/** A call that denies a principal everything, with the context keys that IAM evaluates for it. */
interface Means {
  readonly action: string;
  readonly keys: Readonly<Record<string, string>>;
}

/**
 * Asks IAM's policy simulator whether the engine may deny a principal everything, by any of its means. Returns one reason for each means that is not
 * allowed.
 *
 * The simulator evaluates the organisation's service control policies, except those with conditions.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_OrganizationsDecisionDetail.html
 */
export async function obstaclesToDenial(from: IdentityContext, principal: PrincipalRef): Promise<string[] | undefined> {
  const context = reaching(from, principal);
  const { partition, registry, registryPath } = context;
  const [, , , , account] = principal.roleArn.split(':');
  const names = new RegistryNames(registry, registryPath);
  const acting = reachArn(principal) ?? names.roleArn({ partition, account }, names.engineRole);
  const obstacles: string[] = [];
  try {
    for await (const { action, keys } of meansOf(context, principal)) {
      const { EvaluationResults: [result] = [] } = await context.iam.send(new SimulatePrincipalPolicyCommand({
        PolicySourceArn: acting, ActionNames: [action], ResourceArns: [principal.roleArn], ContextEntries: Object.entries(keys).map(entryOf),
      }));
      if (result?.EvalDecision === 'allowed') {
        return undefined;
      }
      obstacles.push(`${action}: ${reasonOf(result)}`);
    }
    return obstacles;
  } catch (error) {
    if (isForbidden(error)) {
      return [...obstacles, `iam:SimulatePrincipalPolicy: ${error.name}: ${error.message}`];
    }
    throw error;
  }
}

/** The means in the order in which a quarantine tries them. The role's own boundary is read only if the first means is not allowed. */
async function* meansOf(context: IdentityContext, principal: PrincipalRef): AsyncGenerator<Means> {
  const denyAll = denyAllArn(context.partition);
  yield { action: 'iam:PutRolePermissionsBoundary', keys: { 'iam:PermissionsBoundary': denyAll } };
  const found = await inspectPrincipal(context, principal);
  const bounded: Record<string, string> = found.present && found.boundary !== null ? { 'iam:PermissionsBoundary': found.boundary } : {};
  yield { action: 'iam:AttachRolePolicy', keys: { ...bounded, 'iam:PolicyARN': denyAll } };
  yield { action: 'iam:PutRolePolicy', keys: bounded };
}

function entryOf([ContextKeyName, value]: [string, string]): ContextEntry {
  return { ContextKeyName, ContextKeyType: 'string', ContextKeyValues: [value] };
}

function reasonOf(result: EvaluationResult | undefined): string {
  if (result?.OrganizationsDecisionDetail?.AllowedByOrganizations === false) {
    return 'a service control policy of the organisation does not allow it';
  }
  if (result?.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false) {
    return 'the permissions boundary of the engine\'s role does not allow it';
  }
  if (result?.EvalDecision !== 'explicitDeny') {
    return 'no statement allows it';
  }
  const denying = (result.MatchedStatements ?? []).map(({ SourcePolicyId: policy = 'a policy', StartPosition: start }) => (
    start?.Line === undefined ? policy : `${policy}, at line ${start.Line}`));
  return `denied by ${denying.join(' and ') || 'an explicit Deny'}`;
}
