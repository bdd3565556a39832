import { aws_iam as iam } from 'aws-cdk-lib';
import { USER_CLAIM_SID } from '../../contract/policy-names';

/** Gets the token with which an agent acts for a user, from the user's own token. */
export const TOKEN_FOR_USER = 'bedrock-agentcore:GetWorkloadAccessTokenForJWT';

/** Calls that take a user's token. https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/security_iam_service-with-iam.html */
const FOR_USERS = ['bedrock-agentcore:CompleteResourceTokenAuth', TOKEN_FOR_USER];

const CLAIM = 'bedrock-agentcore:InboundJwtClaim';

/** The tokens of users for whom an agent may act. A claim without values is not looked at. */
export interface UserClaims {
  readonly issuers: readonly string[];
  readonly audiences: readonly string[];
  /** Of the claim `client_id`, which some providers send in place of an audience. */
  readonly clients: readonly string[];
  readonly scopes: readonly string[];
}

interface Claim {
  readonly name: string;
  readonly values: readonly string[];
  /** Whether a token has several values, of which one must be allowed. */
  readonly isList: boolean;
}

function claimsOf({ issuers, audiences, clients, scopes }: UserClaims): Claim[] {
  return [
    { name: 'iss', values: issuers, isList: false },
    { name: 'aud', values: audiences, isList: true },
    { name: 'client_id', values: clients, isList: false },
    { name: 'scope', values: scopes, isList: true },
  ].filter(({ values }) => values.length > 0);
}

/** Conditions that a user's token has an allowed value of each claim. */
export function userConditions(users: UserClaims): Record<string, Record<string, string[]>> {
  const keysOf = (wanted: boolean): Record<string, string[]> => Object.fromEntries(
    claimsOf(users).filter(({ isList }) => isList === wanted).map(({ name, values }) => [`${CLAIM}/${name}`, [...values]]));
  const [single, lists] = [keysOf(false), keysOf(true)];
  return { StringEquals: single, ...(Object.keys(lists).length === 0 ? {} : { 'ForAnyValue:StringEquals': lists }) };
}

/** Denies to act for all other users. Each operator is also true for a token without the claim. */
export function denyOtherUsers(users: UserClaims): iam.PolicyStatement[] {
  return claimsOf(users).map(({ name, values, isList }, index) => new iam.PolicyStatement({
    sid: `${USER_CLAIM_SID}${index + 1}`,
    effect: iam.Effect.DENY,
    actions: FOR_USERS,
    resources: ['*'],
    conditions: { [isList ? 'ForAllValues:StringNotEquals' : 'StringNotEquals']: { [`${CLAIM}/${name}`]: [...values] } },
  }));
}
