import { Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { RoleHolders } from '../agent-runtime/role-holders';
import { UserClaims } from '../guards/user-claims';
import { isRecord, list } from '../iam/statement';

/** What people call, and what gives the agent their tokens without asking the role. */
const DOORS = ['AWS::BedrockAgentCore::Gateway', 'AWS::BedrockAgentCore::Harness', 'AWS::BedrockAgentCore::Runtime'];

/**
 * Faults of runtimes that accept more people than the agent may act for. AgentCore itself exchanges the token of a person whom it accepted, so no policy of
 * the role is asked: the authorizer is what keeps others out.
 */
export function uncheckedUsers(agent: IConstruct, users: UserClaims): string[] {
  const holders = RoleHolders.in(agent);
  return DOORS.flatMap((type) => holders.runningOf(agent, type)).flatMap((resource) => {
    const { authorizerConfiguration } = resource as unknown as { authorizerConfiguration?: unknown };
    const problem = problemOf(Stack.of(resource).resolve(authorizerConfiguration), users);
    return problem === undefined ? [] : [
      `InboundUsersOpen: ${agent.node.path}: ${resource.node.path} ${problem}, and the agent acts for whom it accepts: give it authorizerConfiguration: provider.inboundAuthorizer()`,
    ];
  });
}

function problemOf(authorizer: unknown, { issuers, audiences, clients, scopes }: UserClaims): string | undefined {
  const jwt = valueOf(authorizer, 'customJwtAuthorizer');
  if (jwt === undefined) {
    return 'asks callers for no token of a person';
  }
  const allowed = issuers.map((issuer) => `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const url = valueOf(jwt, 'discoveryUrl');
  if (typeof url !== 'string' || !allowed.includes(url)) {
    return 'accepts people of another issuer';
  }
  const wider = ([['allowedAudience', audiences], ['allowedClients', clients], ['allowedScopes', scopes]] as const)
    .find(([name, values]) => values.length > 0 && !isWithin(list(valueOf(jwt, name)), values));
  return wider === undefined ? undefined : `accepts people with other ${wider[0]}`;
}

function isWithin(values: readonly unknown[], allowed: readonly string[]): boolean {
  return values.length > 0 && values.every((value) => typeof value === 'string' && allowed.includes(value));
}

/** Properties of CDK begin in lower case, those of an escape hatch may not. */
function valueOf(object: unknown, name: string): unknown {
  return isRecord(object) ? Object.entries(object).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1] : undefined;
}
