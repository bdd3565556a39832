import { GuardrailResource } from './guardrail-resource';
import { GuardrailTemplate } from './guardrail-template';
import { accountOf, hasUnknownCondition, PlainTexts } from './plain-texts';
import { Caller } from '../../../core/identities/caller';
import { callersOf } from '../../../core/identities/callers';
import { UNKNOWN } from '../../iam/resource-text';
import { isRecord } from '../../iam/statement';

export interface Trust {
  readonly statements: readonly Record<string, unknown>[];
  readonly callers: readonly Caller[];
}

/** Who may assume a role of a template. */
export function trustOf(texts: PlainTexts, template: GuardrailTemplate, role: GuardrailResource, organization: ReadonlySet<string>): Trust {
  const statements = texts.statementsOf(template, role.properties.AssumeRolePolicyDocument)
    .map((statement) => withProvider(statement, accountOf(template)))
    .filter((statement) => !isForNoGuest(template, statement));
  const where = { account: accountOf(template), organization };
  const of = (some: readonly unknown[]): Caller[] => callersOf(JSON.stringify({ Statement: some }), where);
  // A Deny closes the role whatever else its policy says.
  const callers = of(statements).length === 0 ? [] : statements.flatMap((statement) => of([statement]).map((caller) => (
    hasUnknownCondition(statement) ? { ...caller, weakness: undefined } : caller)));
  return { statements, callers: callers.map((caller) => ({ ...caller, name: shownText(caller.name) })) };
}

/** A text for people. */
export function shownText(text: string): string {
  return text.replaceAll(UNKNOWN, '<known at deployment>');
}

/** An identity provider whose ARN is known only at deployment is known by the keys of its conditions. */
function withProvider(statement: Record<string, unknown>, account: string): Record<string, unknown> {
  const { Principal: principal, Condition: condition } = statement;
  if (!isRecord(principal) || !Array.isArray(principal.Federated) || !principal.Federated.some((one) => String(one).includes(UNKNOWN))) {
    return statement;
  }
  const keys = isRecord(condition) ? Object.values(condition).flatMap((block) => (isRecord(block) ? Object.keys(block) : [])) : [];
  const host = keys.map((key) => /^(.+):(?:sub|aud|repository|repository_id)$/i.exec(key)?.[1]).find((one) => one !== undefined);
  return host === undefined ? statement : { ...statement, Principal: { ...principal, Federated: [`arn:aws:iam::${account}:oidc-provider/${host}`] } };
}

const GUESTS = 'cognito-identity.amazonaws.com';

/** The CDK makes a role for guests with each identity pool, those that let no guest in too. */
function isForNoGuest(template: GuardrailTemplate, { Condition: condition }: Record<string, unknown>): boolean {
  const blocks = Object.values(isRecord(condition) ? condition : {}).filter(isRecord);
  const valuesOf = (claim: string): unknown[] => blocks.flatMap((block) => [block[`${GUESTS}:${claim}`] ?? []].flat());
  const pools = valuesOf('aud').map((id) => template._find(String(id).replace(/^pool /, '')));
  return valuesOf('amr').includes('unauthenticated') && pools.length > 0
    && pools.every((pool) => pool?.type === 'AWS::Cognito::IdentityPool' && ![true, 'true'].includes(pool.properties.AllowUnauthenticatedIdentities as boolean));
}
