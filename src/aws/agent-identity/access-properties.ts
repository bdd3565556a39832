import { createHash } from 'node:crypto';
import { IConstruct } from 'constructs';
import { canonicalTexts, textOf } from './canonical-text';
import { AccessDeclaration, isInEveryStage } from './declared-access';
import { ForChecks } from './for-checks';
import { sentencesOf } from './grants-in-words';
import { RenderedResource } from './rendered';
import { AccessProperties, EVERY_STAGE, GrantProperties, MOST_TRUSTED, StageAccessProperties } from '../../contract/lifecycle-resource';
import { canonicalJson } from '../../core/canonical-json';
import { principalsOf } from '../access-rules/trust-rules';
import { list, parseStatements, parseTrustStatements, StatementJson, TrustStatementJson } from '../iam/statement';

/** Limit of characters for an agent's grants in the properties, over all stages. The ledger stores them several times, in items of at most 400 KB. */
const MOST_LISTED = 32_000;
const LONGEST_TEXT = 512;

/** The declared access of an agent. */
export interface DeclaringAgent {
  readonly agent: IConstruct;
  readonly declarations: readonly AccessDeclaration[];
  /** The agents that delegate to it or may call its compute, as texts. */
  readonly callers: ReadonlySet<string>;
  /** The agents that read what it sends, as texts, in the finished app. */
  readonly readers?: () => readonly string[];
}

interface DescribedAgent {
  readonly declaring: DeclaringAgent;
  readonly role: RenderedResource;
  readonly access: RenderedResource;
  /** Properties of the policies that continue the access. */
  readonly more: readonly Record<string, unknown>[];
  /** Whether its stage lets access only be narrowed. */
  readonly onlyNarrows: boolean;
  /** The agent's end, as its policies contain it. A change of the end has an event of its own. */
  readonly end: string;
}

/** What the agent may do and who may assume its role. The same declaration always has the same form. */
export function accessProperties({ declaring, role, access, more, onlyNarrows, end }: DescribedAgent): AccessProperties {
  const { AssumeRolePolicyDocument: trust, Policies, ManagedPolicyArns, MaxSessionDuration, PermissionsBoundary: boundary } = role.Properties;
  const documents = [access.Properties, ...more].map(({ PolicyDocument: document }) => document);
  const digest = (value: unknown): string => sha256(JSON.stringify(value ?? null).replaceAll(end, 'end'));
  return {
    Stages: STAGES.take(declaring).map(({ access: stage }) => stage),
    Policy: digest(documents.length === 1 ? documents[0] : documents),
    Trust: digest(trust),
    Trusted: trustedAnd([...declaring.callers, ...trustedBy(trust)], declaring.readers?.() ?? []),
    ...(onlyNarrows ? { TrustParts: trustParts(trust, digest) } : {}),
    Guards: digest([Policies, ManagedPolicyArns, MaxSessionDuration]),
    ...(boundary === undefined ? {} : { Boundary: shortened(textOf(boundary)) }),
  };
}

/** All grants of the stages of which `accessProperties` leaves out some, for the metadata of the access policy. Undefined if it leaves out none. */
export function accessMetadata(declaring: DeclaringAgent): Pick<StageAccessProperties, 'Stage' | 'Grants'>[] | undefined {
  const cut = STAGES.take(declaring).filter(({ access: { Omitted: omitted } }) => omitted !== undefined);
  return cut.length === 0 ? undefined : cut.map(({ access: { Stage }, grants: Grants }) => ({ Stage, Grants }));
}

/** What is granted to the agent in its present stage, in words: the metadata `STAGE_METADATA`. */
export function accessInWords(declaring: DeclaringAgent, agentName: string, stage: string): string[] {
  return [`${agentName} is in ${stage}`, ...STAGES.take(declaring).filter(({ access: { Stage: name } }) => name === stage).flatMap(({ grants }) => sentencesOf(stage, grants))];
}

/** Computes the declared access for the checks, which render the metadata, and for the template, which has properties and two kinds of metadata. */
export function declaredForCheck(declaring: DeclaringAgent): void {
  STAGES.compute(declaring, 4);
}

interface StageAccess {
  readonly access: StageAccessProperties;
  /** All of its grants, also those that `access` leaves out. */
  readonly grants: GrantProperties[];
}

/** The declared access of every stage, whether it is rendered or not. */
const STAGES = new ForChecks<DeclaringAgent, StageAccess[]>(({ agent, declarations }) => {
  let left = MOST_LISTED;
  return [...grantsByStage(agent, declarations)].map(([Stage, grants]) => {
    const listed = grants.filter((grant) => (left -= JSON.stringify(grant).length) >= 0);
    const omitted = grants.length - listed.length;
    const access = { Stage, Digest: sha256(canonicalJson(grants)), Grants: listed, ...(omitted === 0 ? {} : { Omitted: String(omitted) }) };
    return { access, grants };
  });
});

function grantsByStage(agent: IConstruct, declarations: readonly AccessDeclaration[]): Map<string, GrantProperties[]> {
  const statements = new Map<string, StatementJson[]>();
  for (const declaration of declarations) {
    const { stages, statement } = declaration;
    const parsed = parseStatements({ Statement: canonicalTexts(agent, statement.toStatementJson()) });
    (isInEveryStage(declaration) ? [EVERY_STAGE] : stages).forEach((stage) => statements.set(stage, [...statements.get(stage) ?? [], ...parsed]));
  }
  return new Map([...statements.keys()].sort().map((stage) => [stage, grantsOf(statements.get(stage)!)]));
}

interface OneResource {
  readonly effect: 'Allow' | 'Deny';
  readonly resource: string;
  readonly condition: string;
  readonly actions: Set<string>;
}

/** Grants in a normal form, however the access is spread over statements: resources with the same actions under the same condition are merged. */
function grantsOf(statements: readonly StatementJson[]): GrantProperties[] {
  const byResource = new Map<string, OneResource>();
  for (const { effect, actions, notActions, resources, notResources, conditions } of statements) {
    const condition = conditions === undefined ? '' : shortened(textOf(conditions));
    for (const resource of [...resources.map(textOf), ...allBut(notResources.map(textOf))].map(shortened)) {
      const key = JSON.stringify([effect, condition, resource]);
      const one = byResource.get(key) ?? { effect, resource, condition, actions: new Set<string>() };
      [...actions, ...allBut(notActions)].map(textOf).map(shortened).forEach((action) => one.actions.add(action));
      byResource.set(key, one);
    }
  }
  const grants = new Map<string, { grant: Omit<GrantProperties, 'Resources'>; resources: string[] }>();
  for (const { effect, resource, condition, actions } of byResource.values()) {
    const grant = { ...(effect === 'Deny' ? { Effect: effect } : {}), Actions: [...actions].sort(), ...(condition === '' ? {} : { Condition: condition }) };
    const key = canonicalJson(grant);
    grants.set(key, { grant, resources: [...grants.get(key)?.resources ?? [], resource] });
  }
  return [...grants.keys()].sort().map((key) => ({ ...grants.get(key)!.grant, Resources: grants.get(key)!.resources.sort() }));
}

function allBut(patterns: readonly string[]): string[] {
  return patterns.length === 0 ? [] : [`all but ${[...patterns].sort().join(', ')}`];
}

/** Readers have what room is left. */
function trustedAnd(trusted: readonly string[], readers: readonly string[]): string[] {
  return [...[...trusted].sort().slice(0, MOST_TRUSTED), ...readers].slice(0, MOST_TRUSTED).sort();
}

function trustedBy(trust: unknown): string[] {
  const allowed = parseTrustStatements(trust).filter(({ effect }) => effect === 'Allow');
  const names = allowed.flatMap(({ principal }) => namesOf(principal));
  return [...new Set(names)].sort();
}

function trustParts(trust: unknown, digest: (value: unknown) => string): NonNullable<AccessProperties['TrustParts']> {
  const partsOf = (effect: string): string[] => [...new Set(parseTrustStatements(trust).filter((one) => one.effect === effect)
    .flatMap((statement) => unitsOf(statement).map(digest)))].sort();
  return { Allows: partsOf('Allow'), Denies: partsOf('Deny') };
}

/** Each principal with each action. A statement that lists what it excepts is one unit. */
function unitsOf(statement: TrustStatementJson): unknown[] {
  const { principal, notPrincipal, actions, notActions, conditions } = statement;
  return notPrincipal !== undefined || notActions.length > 0 ? [canonicalJson(JSON.parse(JSON.stringify(statement)))]
    : namesOf(principal).flatMap((name) => actions.map((action) => [name, action, textOf(conditions ?? {})]));
}

function namesOf(principal: unknown): string[] {
  return typeof principal === 'object' && principal !== null
    ? Object.entries(principal).flatMap(([type, values]) => list(values).map((value) => shortened(textOf(`${type} ${textOf(value)}`))))
    : principalsOf(principal).map(({ type, text }) => `${type} ${text}`);
}

function shortened(text: string): string {
  return text.length > LONGEST_TEXT ? `${[...text].slice(0, LONGEST_TEXT - 20).join('')}... #${sha256(text).slice(0, 12)}` : text;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
