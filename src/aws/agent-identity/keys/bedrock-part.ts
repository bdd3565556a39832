import { aws_iam as iam } from 'aws-cdk-lib';
import { globMatches, globsMeet } from '../../iam/globs';

/**
 * The calls of Bedrock that use models, and the reads that clients make beside them, by Bedrock's two endpoints. Nothing that creates or changes a resource, and no batch job, which passes a role.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/inference.html
 */
const USES: Readonly<Record<string, readonly string[]>> = {
  'bedrock': [
    'ApplyGuardrail', 'CancelInvoke', 'CountTokens', 'DeleteInvoke', 'GetAsyncInvoke', 'GetFoundationModel', 'GetInferenceProfile', 'GetInvoke', 'InvokeModel', 'InvokeModelWithResponseStream',
    'ListAsyncInvokes', 'ListFoundationModels', 'ListInferenceProfiles',
  ],
  'bedrock-mantle': ['CancelInference', 'CountTokens', 'CreateInference', 'DeleteInference', 'GetInference', 'GetModel', 'GetProject', 'ListModels', 'ListProjects'],
};

const ALL_USES = Object.entries(USES).flatMap(([service, names]) => names.map((name) => `${service}:${name}`));

/** What of an agent's access an API key of Bedrock has. */
interface BedrockPart {
  /** Empty if the agent may use no model. */
  readonly allowed: readonly string[];
  readonly statements: readonly iam.PolicyStatement[];
}

/**
 * The part of an agent's access that uses models, action by action and with its resources and conditions; the call with a long-term key, at the endpoints that these actions have; and a Deny of everything
 * else, so that a policy which somebody attaches to the user gives the key nothing.
 */
export function bedrockPartOf(grants: readonly iam.PolicyStatement[]): BedrockPart {
  const covered = (patterns: readonly string[]): string[] => (
    ALL_USES.filter((use) => patterns.some((pattern) => globMatches(pattern.toLowerCase(), use.toLowerCase()))));
  const allows = grants.filter(({ effect }) => effect === iam.Effect.ALLOW)
    .map((statement) => ({ statement, actions: covered(statement.actions) })).filter(({ actions }) => actions.length > 0);
  const token = (service: string): string => `${service}:CallWithBearerToken`;
  const every = [...ALL_USES, ...Object.keys(USES).map(token)];
  const denies = grants.filter(({ effect, actions, notActions }) => effect === iam.Effect.DENY
    && (notActions.length > 0 || actions.some((action) => every.some((use) => globsMeet(action.toLowerCase(), use.toLowerCase())))));
  const allowed = [...new Set(allows.flatMap(({ actions }) => actions))].sort();
  const services = Object.keys(USES).filter((service) => allowed.some((action) => action.startsWith(`${service}:`)));
  return {
    allowed,
    statements: [
      new iam.PolicyStatement({
        sid: 'DenyAllButModels', effect: iam.Effect.DENY, notActions: [...allowed, ...services.map(token)], resources: ['*'],
      }),
      ...services.map((service) => new iam.PolicyStatement({
        actions: [token(service)], resources: ['*'], conditions: { StringEquals: { [`${service}:BearerTokenType`]: 'LONG_TERM' } },
      })),
      ...denies,
      ...allows.map(({ statement, actions }) => statement.copy({ actions })),
    ],
  };
}
