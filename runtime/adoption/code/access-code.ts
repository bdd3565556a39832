import { LAMBDA_BASICS } from './runtime-code';
import { RegistryNames } from '../../../src/contract/registry-names';
import { globsMeet } from '../../../src/core/glob';
import { IAM_WRITES, IDENTITY_SERVICES, OTHER_DOORS } from '../../../src/core/identity-administration';
import { looksLikeToken } from '../../../src/core/literal';
import { SELF_GRANTING } from '../../../src/core/self-granting';
import { sensitivityOf } from '../../../src/core/sensitive-actions';
import { DYNAMIC_REFERENCE } from '../../../src/core/text';
import { Statement, texts } from '../../certification';
import { Definition, DefinedPolicy } from '../model';

/** A statement that the agent gets as it is. */
export interface TakenStatement {
  readonly policy: string;
  /** JSON of IAM, without its id. */
  readonly statement: object;
}

/** A statement, or a whole policy, that a person must decide. */
export interface OpenStatement {
  readonly policy: string;
  readonly why: string;
  /** JSON of the statement. Absent if it can't be read. */
  readonly text?: string;
  /** Whether it denies: without it the agent may do more than the old identity. */
  readonly isDeny: boolean;
}

export interface AccessCode {
  readonly taken: readonly TakenStatement[];
  readonly open: readonly OpenStatement[];
  /** Policies that the runtime stands for. */
  readonly ofRuntime: readonly string[];
}

/** Of 10,240 characters of inline policies and six managed policies; the runtime and the guards need some. */
const MOST_CHARACTERS = 20_000;
const ACTION = /^[a-z0-9-]+:[A-Za-z0-9]+$/;
const DENIED = [...IAM_WRITES, ...IDENTITY_SERVICES, ...OTHER_DOORS, ...SELF_GRANTING].map((pattern) => pattern.toLowerCase());
/** Services in which an agent would reach deployments, other identities, or all models. */
const FOR_A_PERSON = ['bedrock-mantle', 'cloudformation', 'iam', 'sts'];
/** Wildcards that stay within one named resource. */
const WITHIN_ONE = [/^arn:[^:*?]+:s3:::[^:*?/]+\/([^*?]+\/)?\*$/, /^arn:[^:*?]+:dynamodb:[^:*?]+:\d{12}:table\/[^:*?/]+\/(index|stream)\/\*$/, /^arn:[^:*?]+:logs:[^:*?]+:\d{12}:log-group:[^:*?]+:\*$/];
const EXACT_ARN = /^arn:[^:*?]+:[^:*?]+:[^:*?]*:[^:*?]*:[^*?]+$/;
const DENY_MEMBERS = ['Action', 'NotAction', 'Resource', 'NotResource'];

/**
 * What of an identity's policies an agent can have unchanged, by the rules for agents' access: exact actions on named resources. What the rules refuse, or what only the table of all actions could
 * judge, is left to a person with the reason.
 */
export function accessCode({ policies }: Definition, registry: string, isFunction: boolean): AccessCode {
  const taken: TakenStatement[] = [];
  const open: OpenStatement[] = [];
  const ofRuntime: string[] = [];
  let length = 0;
  for (const policy of policies) {
    if (isFunction && policy.arn !== undefined && LAMBDA_BASICS.includes(policy.name)) {
      ofRuntime.push(policy.name);
      continue;
    }
    for (const { statement, raw, problem } of statementsOf(policy)) {
      const size = JSON.stringify(statement ?? '').length;
      const why = problem ?? problemOf(statement!, registry) ?? (length + size > MOST_CHARACTERS ? 'all statements together are longer than the policies of one agent: split the agent, or grant less' : undefined);
      if (why === undefined) {
        length += size;
        taken.push({ policy: policy.name, statement: withoutId(statement!) });
      } else {
        open.push({ policy: policy.name, why, ...(raw === undefined ? {} : { text: raw }), isDeny: statement?.Effect === 'Deny' });
      }
    }
  }
  return { taken, open, ofRuntime };
}

interface ReadStatement {
  readonly statement?: Statement;
  readonly raw?: string;
  readonly problem?: string;
}

function statementsOf({ document }: DefinedPolicy): ReadStatement[] {
  if (document === undefined) {
    return [{ problem: 'IAM\'s listing does not have its text' }];
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(document);
  } catch {
    return [{ problem: 'it is no JSON' }];
  }
  const { Statement: statements } = (parsed ?? {}) as { Statement?: unknown };
  return (Array.isArray(statements) ? statements : [statements]).map((one: unknown) => {
    const raw = JSON.stringify(one) ?? '';
    return typeof one !== 'object' || one === null ? { raw, problem: 'it is no statement' } : { raw, statement: one as Statement };
  });
}

function withoutId(statement: Statement): object {
  return Object.fromEntries(Object.entries(statement).filter(([member]) => member !== 'Sid'));
}

function problemOf(statement: Statement, registry: string): string | undefined {
  const text = JSON.stringify(statement);
  if (looksLikeToken(text) || DYNAMIC_REFERENCE.test(text)) {
    return 'it holds what the CDK or CloudFormation would replace by a value';
  }
  return shapeProblem(statement) ?? (statement.Effect === 'Deny' ? undefined : allowProblem(statement, registry));
}

function shapeProblem(statement: Statement): string | undefined {
  const { Effect: effect, Action: action, NotAction: notAction, Resource: resource, NotResource: notResource, Condition: condition } = statement;
  const strange = Object.keys(statement).find((member) => !['Sid', 'Effect', 'Condition', ...DENY_MEMBERS].includes(member));
  if ((effect !== 'Allow' && effect !== 'Deny') || strange !== undefined) {
    return strange === undefined ? 'it neither allows nor denies' : `it has the member ${JSON.stringify(strange)}`;
  }
  const isBoth = (action !== undefined && notAction !== undefined) || (resource !== undefined && notResource !== undefined);
  if (isBoth || [action ?? notAction, resource ?? notResource].some((list) => !isTexts(list))) {
    return 'its actions or resources are not lists of texts';
  }
  return condition === undefined || isCondition(condition) ? undefined : 'its condition is not of the form of one';
}

function isTexts(value: unknown): boolean {
  const list = Array.isArray(value) ? value : [value];
  return list.length > 0 && list.every((one) => typeof one === 'string' && one !== '');
}

function isCondition(value: unknown): boolean {
  const isMap = (one: unknown): one is object => typeof one === 'object' && one !== null && !Array.isArray(one);
  return isMap(value) && Object.values(value).every((keys) => isMap(keys) && Object.values(keys).every((values: unknown) => (
    (Array.isArray(values) ? values : [values]).every((one) => ['string', 'boolean'].includes(typeof one) || isPlainNumber(one)))));
}

/** The CDK takes huge negative numbers for placeholders. */
function isPlainNumber(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}

function allowProblem(statement: Statement, registry: string): string | undefined {
  const { Action: action, NotAction: notAction, Resource: resource, NotResource: notResource } = statement;
  if (notAction !== undefined || notResource !== undefined) {
    return 'it allows everything but what it names: name what is needed';
  }
  const [actions, resources] = [texts(action), texts(resource)];
  const loose = actions.find((one) => !ACTION.test(one));
  if (loose !== undefined) {
    return `${JSON.stringify(loose)} is a pattern: name the actions that are needed`;
  }
  const dangerous = actions.find((one) => FOR_A_PERSON.includes(one.split(':')[0]) || sensitivityOf(one) !== undefined || DENIED.some((pattern) => globsMeet(pattern, one.toLowerCase())));
  if (dangerous !== undefined) {
    return `${dangerous} ${sensitivityOf(dangerous)?.does ?? 'is denied to agents, or needs a look'}: let a person or a pipeline do it, or use an ExceptionalAccess`;
  }
  const wide = resources.find((one) => /[*?$]/.test(one) ? !WITHIN_ONE.some((form) => form.test(one)) || one.includes('$') : !EXACT_ARN.test(one));
  if (wide !== undefined) {
    return `${JSON.stringify(wide)} is not one resource: name the ARNs that are needed`;
  }
  const { prefix } = new RegistryNames(registry);
  const governed = resources.find((one) => one.includes(prefix) || new RegExp(`[:/]${registry}/`).test(one));
  return governed === undefined ? undefined : `${JSON.stringify(governed)} may be of the registry, which no agent reaches`;
}
