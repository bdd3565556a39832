import * as z from 'zod';
import { AccessRecord } from './placement-state';
import { LONGEST_TOKEN_SECONDS } from '../../src/contract/cuts';
import { EVERY_STAGE } from '../../src/contract/lifecycle-resource';

/** Tokens of `sts:GetWebIdentityToken` that an agent may get, and for how many seconds each outlives a denial. */
export interface IdentityTokens {
  readonly audiences: readonly string[];
  readonly seconds: number;
}

const conditions = z.object({
  'ForAllValues:StringEquals': z.object({ 'sts:IdentityTokenAudience': z.union([z.string(), z.array(z.string())]) }),
  'NumericLessThanEquals': z.object({ 'sts:DurationSeconds': z.coerce.number() }),
});

/** The tokens that the declared access of a stage allows. Where the record does not tell, AWS's longest duration counts. */
export function identityTokensOf(access: AccessRecord | undefined, stage: string): IdentityTokens[] {
  return (access?.stages ?? []).filter((one) => one.stage === stage || one.stage === EVERY_STAGE).flatMap(({ grants }) => grants)
    .filter(({ effect, actions }) => effect !== 'Deny' && actions.some((action) => action.toLowerCase() === 'sts:getwebidentitytoken'))
    .map(({ condition = '' }) => tokensIn(condition));
}

function tokensIn(condition: string): IdentityTokens {
  const parsed = conditions.safeParse(parsedJson(condition));
  return !parsed.success ? { audiences: ['not listed in the ledger'], seconds: LONGEST_TOKEN_SECONDS } : {
    audiences: [parsed.data['ForAllValues:StringEquals']['sts:IdentityTokenAudience']].flat(),
    seconds: parsed.data.NumericLessThanEquals['sts:DurationSeconds'],
  };
}

/** Undefined for a long condition, of which the ledger has the beginning only. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
