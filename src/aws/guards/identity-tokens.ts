import { aws_iam as iam } from 'aws-cdk-lib';
import { TOKEN_SIDS } from '../../contract/policy-names';
import { isRecord, list, StatementJson } from '../iam/statement';

/** Issues a JSON Web Token that outsiders verify without AWS. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html */
export const GET_TOKEN = 'sts:GetWebIdentityToken';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_policies.html */
const AUDIENCE = 'sts:IdentityTokenAudience';
const DURATION = 'sts:DurationSeconds';
const ALGORITHM = 'sts:SigningAlgorithm';

/** For whom an agent may get tokens, how long they are valid at most, and how they are signed. */
export interface TokenReach {
  readonly audiences: readonly string[];
  readonly maxSeconds: number;
  readonly signingAlgorithms: readonly string[];
}

/**
 * Allows tokens for these audiences and for no others. AWS's example uses ForAnyValue, which also allows a token that names a further audience.
 * ForAllValues is true without any audience too, and Null excludes that.
 */
export function tokenStatement({ audiences, maxSeconds, signingAlgorithms }: TokenReach): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: [GET_TOKEN],
    resources: ['*'],
    conditions: {
      'ForAllValues:StringEquals': { [AUDIENCE]: [...audiences] },
      'Null': { [AUDIENCE]: 'false' },
      'NumericLessThanEquals': { [DURATION]: maxSeconds },
      'StringEquals': { [ALGORITHM]: [...signingAlgorithms] },
    },
  });
}

/** The reach of a statement that allows tokens and nothing else, with all of the conditions of `tokenStatement`. Undefined for any other statement. */
export function tokenReachOf({ effect, actions, notActions, conditions = {} }: StatementJson): TokenReach | undefined {
  const valuesOf = (operator: string, key: string): unknown[] => {
    const keys = conditions[operator];
    return isRecord(keys) ? list(keys[key]) : [];
  };
  const audiences = valuesOf('ForAllValues:StringEquals', AUDIENCE);
  const [maxSeconds] = valuesOf('NumericLessThanEquals', DURATION).map(Number);
  const signingAlgorithms = valuesOf('StringEquals', ALGORITHM);
  const isWhole = effect === 'Allow' && notActions.length === 0 && actions.length > 0 && actions.every((action) => action.toLowerCase() === GET_TOKEN.toLowerCase())
    && areTexts(audiences) && areTexts(signingAlgorithms) && Number.isInteger(maxSeconds) && valuesOf('Null', AUDIENCE).every((value) => String(value) === 'false')
    && valuesOf('Null', AUDIENCE).length > 0;
  return isWhole ? { audiences: audiences as string[], maxSeconds, signingAlgorithms: signingAlgorithms as string[] } : undefined;
}

function areTexts(values: readonly unknown[]): boolean {
  return values.length > 0 && values.every((value) => typeof value === 'string' && !value.includes('${'));
}

/** Denies tokens for other audiences, longer ones and those with other signatures, whatever else allows them. */
export function denyOtherTokens(reached: readonly TokenReach[]): iam.PolicyStatement[] {
  const audiences = [...new Set(reached.flatMap((one) => one.audiences))].sort();
  const reachesOf = (audience: string): TokenReach[] => reached.filter((one) => one.audiences.includes(audience));
  const bySeconds = grouped(audiences, (audience) => Math.max(...reachesOf(audience).map(({ maxSeconds }) => maxSeconds)));
  const byAlgorithms = grouped(audiences, (audience) => (
    [...new Set(reachesOf(audience).flatMap(({ signingAlgorithms }) => signingAlgorithms))].sort()));
  const deny = (sid: string, conditions: Record<string, Record<string, unknown>>): iam.PolicyStatement => (
    new iam.PolicyStatement({ sid, effect: iam.Effect.DENY, actions: [GET_TOKEN], resources: ['*'], conditions }));
  return [
    deny(TOKEN_SIDS.audience, { 'ForAnyValue:StringNotEquals': { [AUDIENCE]: audiences } }),
    ...bySeconds.map(({ value, members }, index) => deny(`${TOKEN_SIDS.duration}${index + 1}`, {
      // A request that states none gets AWS's default, which may be longer.
      'ForAnyValue:StringEquals': { [AUDIENCE]: members }, 'NumericGreaterThanIfExists': { [DURATION]: value },
    })),
    ...byAlgorithms.map(({ value, members }, index) => deny(`${TOKEN_SIDS.algorithm}${index + 1}`, {
      'ForAnyValue:StringEquals': { [AUDIENCE]: members }, 'StringNotEquals': { [ALGORITHM]: value },
    })),
  ];
}

function grouped<V>(members: readonly string[], valueOf: (member: string) => V): { readonly value: V; readonly members: string[] }[] {
  const groups = new Map<string, { readonly value: V; readonly members: string[] }>();
  for (const member of members) {
    const value = valueOf(member);
    const key = JSON.stringify(value);
    const group = groups.get(key) ?? { value, members: [] };
    group.members.push(member);
    groups.set(key, group);
  }
  return [...groups.values()];
}
