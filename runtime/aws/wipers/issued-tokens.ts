import { LONGEST_TOKEN_SECONDS } from '../../../src/contract/cuts';
import { TOKEN_SIDS } from '../../../src/contract/policy-names';

/** A statement of a guard, as IAM returns it. */
export interface GuardStatement {
  readonly Sid?: string;
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Tokens of `sts:GetWebIdentityToken` for one audience. */
export interface IssuedTokens {
  readonly audience: string;
  /** For how long they are accepted at most after they were issued. */
  readonly seconds: number;
}

/** The tokens that a guard lets through: for whom, and how long each outlives a denial. */
export function issuedTokens(guard: readonly GuardStatement[]): IssuedTokens[] {
  const denying = guard.filter(({ Effect: effect }) => effect === 'Deny');
  return denying.filter(({ Sid: sid }) => sid === TOKEN_SIDS.audience)
    .flatMap(({ Condition: condition = {} }) => valuesOf(condition['ForAnyValue:StringNotEquals']))
    .map((audience) => ({ audience, seconds: longestFor(audience, denying) }));
}

/** If the statement on the duration is missing, AWS's own limit counts. */
function longestFor(audience: string, denying: readonly GuardStatement[]): number {
  const limits = denying.filter(({ Sid: sid = '' }) => sid.startsWith(TOKEN_SIDS.duration))
    .filter(({ Condition: condition = {} }) => valuesOf(condition['ForAnyValue:StringEquals']).includes(audience))
    .flatMap(({ Condition: condition = {} }) => valuesOf(condition.NumericGreaterThanIfExists).map(Number));
  return Math.min(LONGEST_TOKEN_SECONDS, ...limits);
}

function valuesOf(keys: Readonly<Record<string, unknown>> = {}): string[] {
  return Object.values(keys).flat().map(String);
}
