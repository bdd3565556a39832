import { ACTS_AS_ANOTHER, sensitivityOf } from '../../core/sensitive-actions';
import { globMatches, hasWildcard } from '../iam/globs';
import { UNKNOWN } from '../iam/resource-text';

/**
 * Whether the action changes what another identity runs. For these it is narrow enough to name one resource with all its parts, or to restrict it
 * with a condition.
 */
export function actsAsAnother(action: string): boolean {
  return sensitivityOf(action)?.does === ACTS_AS_ANOTHER.does;
}

/**
 * Whether the action's sensitive part can't apply to these resources: `s3:Get*` covers `s3:GetDataAccess`, which applies only to an access grants
 * instance (`arn:aws:s3:region:account:access-grants/default`), never to a bucket (no region, no account) or to what is below a named resource.
 */
export function isOutOfReach(action: string, resource: string): boolean {
  const text = action.toLowerCase();
  return hasWildcard(text) && globMatches('s3:*', text)
    && (/^arn:[^:]*:s3:::[^*?]/.test(resource) || resource.startsWith(`${UNKNOWN}/`));
}

/**
 * Whether the action issues tokens of, or for, the workload identity of one AgentCore runtime. AgentCore names it `<name of the runtime>-<10 characters>`, and the
 * name has no hyphen, so the ARN can't be written out but is one runtime's.
 * https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/runtime-permissions.html
 */
export function isTokenOfRuntime(action: string, resource: string): boolean {
  return /^bedrock-agentcore:(GetWorkloadAccessToken(ForJWT|ForUserId)?|GetResourceOauth2Token)$/i.test(action)
    && /^arn:[^*?]+:workload-identity-directory\/default\/workload-identity\/[A-Za-z][A-Za-z0-9_]{0,47}-\*$/.test(resource);
}
