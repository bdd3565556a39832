import { Violation } from './statement-rules';
import { isNarrowSubject, subjectOf } from './trusted-subjects';
import { shown } from '../../core/shown';
import { globsMeet, hasWildcard } from '../iam/globs';
import { isExactArn, textsOf, UNKNOWN } from '../iam/resource-text';
import { isRecord, list, TrustStatementJson } from '../iam/statement';

interface PrincipalKind {
  readonly is: string;
  readonly code: 'TrustPrincipalStar' | 'TrustPrincipalUnconditioned';
  readonly matches: (type: string, text: string) => boolean;
  /** Condition keys, in lower case. The statement must pin one of them. Empty: no condition makes the principal acceptable. */
  readonly pinnedBy: readonly RegExp[];
  readonly fix: string;
}

const ROLE = 'name the role that takes it, by its exact ARN';

/** The first match applies. Services and roles match none, because an ARN does not show whether people assume a role. */
const KINDS: readonly PrincipalKind[] = [
  {
    is: 'anybody',
    code: 'TrustPrincipalStar',
    matches: (type, text) => type === 'AWS' && (hasWildcard(text) && !text.startsWith(UNKNOWN)),
    pinnedBy: [/^aws:principalarn$/],
    fix: `${ROLE}, or add StringEquals on aws:PrincipalArn`,
  },
  {
    is: 'anybody',
    code: 'TrustPrincipalStar',
    matches: (_type, text) => hasWildcard(text),
    pinnedBy: [],
    fix: 'name the service or the identity provider',
  },
  {
    is: 'a whole account, people included',
    code: 'TrustPrincipalUnconditioned',
    matches: (type, text) => type === 'AWS' && (/^\d{12}$/.test(text) || /^arn:[^:]*:iam::[^:]*:root$/.test(text)),
    pinnedBy: [/^aws:principalarn$/, /^sts:externalid$/],
    fix: `${ROLE}, or add a condition on aws:PrincipalArn or, for another company's account, sts:ExternalId`,
  },
  {
    is: 'a person (IAM Identity Center)',
    code: 'TrustPrincipalUnconditioned',
    matches: (type, text) => type === 'AWS' && /[/]AWSReservedSSO_/i.test(text),
    pinnedBy: [/^aws:userid$/, /^sts:sourceidentity$/, /^sts:externalid$/],
    fix: 'let a broker assume the role (AgentRuntime.broker), or add a condition on aws:userid or sts:SourceIdentity',
  },
  {
    is: 'a person or a long-lived key (IAM user)',
    code: 'TrustPrincipalUnconditioned',
    matches: (type, text) => type === 'AWS' && /^(arn:[^:]*:iam::[^:]*:user\/|arn:[^:]*:sts::[^:]*:federated-user\/|AIDA[A-Z0-9]+$)/.test(text),
    pinnedBy: [/^aws:multifactorauthpresent$/, /^sts:sourceidentity$/, /^sts:externalid$/],
    fix: 'let a broker role assume it (AgentRuntime.broker), or add a condition on aws:MultiFactorAuthPresent, sts:SourceIdentity or sts:ExternalId',
  },
  {
    is: 'everybody of a SAML provider',
    code: 'TrustPrincipalUnconditioned',
    matches: (type, text) => type === 'Federated' && /:saml-provider\//.test(text),
    pinnedBy: [/^saml:(sub|namequalifier|edupersonprincipalname|uid|mail)$/, /^sts:sourceidentity$/],
    fix: 'let a broker assume the role (AgentRuntime.broker), or add a condition on SAML:sub',
  },
  {
    is: 'everybody of an identity provider',
    code: 'TrustPrincipalUnconditioned',
    matches: (type) => type === 'Federated',
    pinnedBy: [/:(sub|repository_id)$/, /^cognito-identity\.amazonaws\.com:aud$/, /^saml:sub$/],
    fix: 'add StringEquals on the provider\'s :sub (and :aud), which says <subject>',
  },
];

/** Operators that require the key to be present with one of the values. This excludes `...IfExists`, `ForAllValues:` and negations. */
const PINNING = /^(foranyvalue:)?((string(equals|equalsignorecase|like)|arn(equals|like))|bool)$/i;

/** ARNs of people in a condition. */
const PEOPLE = /:root$|:user\/|:federated-user\/|aws-reserved\/|AWSReservedSSO_/i;

/** Calls that return the role's credentials. Tags and a source identity alone return none. */
const TAKES_ROLE = ['sts:assumerole', 'sts:assumerolewithsaml', 'sts:assumerolewithwebidentity', 'sts:assumeroot'];

/** Checks one statement of an agent's trust policy: no person and no wildcard may assume the role without conditions. */
export function checkTrustPrincipal(statement: TrustStatementJson): Violation[] {
  const { effect, notPrincipal, principal } = statement;
  if (effect === 'Deny' || !takesRole(statement)) {
    return [];
  }
  if (notPrincipal !== undefined) {
    return [{ code: 'TrustPrincipalStar', problem: 'NotPrincipal trusts everybody but the ones it names', fix: ROLE }];
  }
  const pinned = pinnedKeys(statement.conditions ?? {});
  const found = principalsOf(principal).flatMap(({ type, text }) => {
    const kind = KINDS.find((candidate) => candidate.matches(type, text));
    return kind && !pinned.some((key) => kind.pinnedBy.some((pattern) => pattern.test(key)))
      ? [{ code: kind.code, problem: `it trusts ${kind.is}: ${type} ${shown(text.replaceAll(UNKNOWN, '<known at deployment>'))}`, fix: kind.fix.replace('<subject>', subjectOf(text)) }]
      : [];
  });
  return [...new Map(found.map((violation) => [violation.problem, violation])).values()];
}

function takesRole({ actions, notActions }: TrustStatementJson): boolean {
  return notActions.length > 0 || actions.some((action) => TAKES_ROLE.some((call) => globsMeet(call, action.toLowerCase())));
}

/** The principals of a statement, as texts. */
export function principalsOf(principal: unknown): { type: string; text: string }[] {
  if (!isRecord(principal)) {
    return list(principal).map(() => ({ type: 'AWS', text: '*' }));
  }
  return Object.entries(principal).flatMap(([type, values]) => list(values).flatMap((value) => {
    // The account's id alone stands for its root.
    const texts = type === 'AWS' && isRecord(value) && value.Ref === 'AWS::AccountId' ? ['000000000000'] : textsOf(value);
    return texts.map((text) => ({ type, text }));
  }));
}

/** Condition keys, in lower case, that are pinned to a narrow value. */
function pinnedKeys(conditions: Record<string, unknown>): string[] {
  return Object.entries(conditions).flatMap(([operator, keys]) => (!PINNING.test(operator) || !isRecord(keys) ? [] : Object.entries(keys)
    .filter(([key, values]) => narrow(key.toLowerCase(), /bool$/i.test(operator), list(values).flatMap(textsOf)))
    .map(([key]) => key.toLowerCase())));
}

function narrow(key: string, isBool: boolean, values: string[]): boolean {
  if (values.length === 0) {
    return false;
  }
  if (isBool || key === 'aws:multifactorauthpresent') {
    return isBool && key === 'aws:multifactorauthpresent' && values.every((value) => value === 'true');
  }
  if (key === 'aws:principalarn') {
    return values.every((value) => (isExactArn(value) || /^arn:[^:*?]+:iam::[^:*?]+:role\/[^:*?]/.test(value)) && !PEOPLE.test(value));
  }
  if (/:sub$/.test(key) && !key.startsWith('saml:')) {
    return values.every((value) => isNarrowSubject(key, value));
  }
  // An external id is one text that two companies agreed on.
  if (/:repository_id$|^sts:externalid$/.test(key)) {
    return values.every((value) => !hasWildcard(value));
  }
  // Two complete segments before the first wildcard: `repo:org/*` and `system:serviceaccount:ns:*` belong to one owner, `repo:*` and `repo:org*`
  // don't.
  return values.every((value) => !hasWildcard(value) || /^[^*?:/]+[:/][^*?:/]+[:/]/.test(value));
}
