import { aws_iam as iam, Lazy, Stack, Stage, Token } from 'aws-cdk-lib';
import {
  AgentParts, ambiguousActions, Delegation, mayBePassed, partsOf, passersOf, pathBetween, sourceIdentitiesOf,
} from './delegation-graph';
import { orderStacks } from './stack-order';
import { callerText } from '../../contract/callers';
import { MOST_DELEGATES, MOST_HOPS, sourceIdentityOf } from '../../contract/delegation';
import { AgentStage, Expiry } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { withPath } from '../../core/scope';
import { shown } from '../../core/shown';
import { requireExpiry } from '../../core/value-classes';
import { firstBeyond } from '../access-rules/within';
import { mintsSession } from '../guards/session-actions';
import { changesStack } from '../guards/stack-changes';
import { globMatches, globsMeet } from '../iam/globs';
import { hasPolicyVariable } from '../iam/policy-variables';
import { parseStatements } from '../iam/statement';

/** What an agent may do with the role of another. */
export interface DelegationProps {
  /**
   * What the delegate may do in the agent's name: statements that allow exact actions or patterns of them on exact resources, without conditions. The
   * agent itself must have all of it in its present stage.
   */
  readonly access: iam.PolicyStatement[];

  /**
   * How many hops the agent's sessions may take at most, 1 to 5. With 1 the delegate can't pass them on. With 2 it can, to its own delegates, for what
   * lies within `access`.
   *
   * @default 1
   */
  readonly maxDepth?: number;

  /**
   * When the delegation ends, also for sessions that are open.
   *
   * @default - the end of the agent
   */
  readonly until?: Expiry;

  /**
   * The stages in which the delegation holds. In another stage it is recorded and renders nothing.
   *
   * @default - every stage; both agents must be in the same one
   */
  readonly stages?: AgentStage[];
}

/** Finds what keeps an agent from acting with another: both belong to one registry, and are in one stage. */
export function requireTogether(parent: AgentParts, child: unknown, verb: string, isLive: boolean): AgentParts {
  const { agent: { node: { path } }, registry, agent } = parent;
  const parts = partsOf(child);
  if (parts === undefined) {
    const name = (child as { agentName?: unknown } | undefined)?.agentName ?? child;
    throw new InvalidInputError('DelegateForeign', `${path}: ${verb}() received ${shown(name)}, and needs an agent that this app declares with a role of its own: its trust and its guard must name ${parent.agentName}; declare both agents in one app, and adopt neither`);
  }
  const other = parts.agent.node.path;
  const elsewhere = parts.registry.registryName !== registry.registryName || Stage.of(parts.agent) !== Stage.of(agent)
    || (['account', 'region'] as const).some((what) => differ(Stack.of(agent)[what], Stack.of(parts.agent)[what]));
  if (elsewhere) {
    throw new InvalidInputError('DelegateElsewhere', `${path}: ${verb}() received ${other}, which belongs to another registry, account, region or CDK Stage: a registry can end sessions only where its own agents are; use agents of one registry`);
  }
  if (isLive && parts.stage.name !== parent.stage.name) {
    throw new InvalidInputError('DelegateInOtherStage', `${path}: ${verb}() received ${other}, which is in stage ${parts.stage.name}, and ${parent.agentName} is in ${parent.stage.name}: a stage is kept apart from the others; promote both in one deployment, or name the stages in which both are`);
  }
  return parts;
}

/** Lets one agent open sessions with the role of another, for some access. */
export function delegate(parent: AgentParts, to: unknown, props: DelegationProps, stages: string[] | undefined): void {
  const isLive = stages === undefined || stages.includes(parent.stage.name);
  const child = requireTogether(parent, to, 'mayDelegateTo', isLive);
  const delegation: Delegation = { parent, child, ...checked(parent, child, props) };
  const grants = grantsFor(delegation);
  if (!isLive) {
    grants.parent.forEach((statement) => parent.declareDormant(stages, statement));
    grants.child.forEach((statement) => child.declareDormant(stages, statement));
    return;
  }
  requireOwnSessions(parent);
  requireName(parent, child);
  refuseCircle(parent, child);
  orderStacks(parent.agent, child.agent, `${parent.agent.node.path}: it delegates to ${child.agent.node.path}`);
  parent.given.push(delegation);
  child.received.push(delegation);
  child.markDelegate();
  child.callers.add(callerText({ agentName: parent.agentName, relation: 'delegates' }));
  // IAM refuses a trust policy that names a role that doesn't exist, and the role must not be named before its predecessor is denied.
  child.role.node.addDependency(parent.lifecycle);
  const grant = (to_: AgentParts, statement: iam.PolicyStatement) => (
    stages === undefined ? to_.role.grantInPresentStage(statement) : to_.role.grantIn(stages, statement));
  grants.parent.forEach((statement) => grant(parent, statement));
  grants.child.forEach((statement) => grant(child, statement));
  child.role.assumeRolePolicy!.addStatements(...grants.trust);
  passOn(delegation, grant);
  child.given.forEach((further) => passOn(further, grant));
}

interface Grants {
  readonly parent: iam.PolicyStatement[];
  readonly child: iam.PolicyStatement[];
  readonly trust: iam.PolicyStatement[];
}

const OPENS = ['sts:AssumeRole', 'sts:SetSourceIdentity'];

/** The parent opens sessions that have its own name, and no others: AWS refuses to change a source identity. */
function grantsFor(delegation: Delegation): Grants {
  const { parent, child, access, until } = delegation;
  const conditions = { StringEquals: { 'sts:SourceIdentity': sourceIdentityOf(parent.agentName) }, ...before(until) };
  const started = Lazy.uncachedAny({ produce: () => sourceIdentitiesOf(delegation) });
  return {
    parent: [new iam.PolicyStatement({ actions: OPENS, resources: [child.roleArn], conditions })],
    child: access.map((statement) => statement.copy({ sid: undefined, conditions: { StringEquals: { 'aws:SourceIdentity': started }, ...before(until) } })),
    trust: [new iam.PolicyStatement({ actions: OPENS, principals: [parent.principal], conditions })],
  };
}

const PASSED_ON = new WeakSet<Delegation>();

/** Allows sessions of others, which arrived at the parent, to take a delegation. They keep their source identity, so the caller's own one is compared. */
function passOn(delegation: Delegation, grant: (to: AgentParts, statement: iam.PolicyStatement) => unknown): void {
  if (PASSED_ON.has(delegation) || !mayBePassed(delegation)) {
    return;
  }
  PASSED_ON.add(delegation);
  const { parent, child, until } = delegation;
  // The parent's own name is harmless and keeps the list from being empty, which IAM refuses.
  const started = Lazy.uncachedAny({ produce: () => [parent.agentName, ...passersOf(delegation)].map(sourceIdentityOf) });
  const conditions = { StringEquals: { 'aws:SourceIdentity': started }, ...before(until) };
  grant(parent, new iam.PolicyStatement({ actions: OPENS, resources: [child.roleArn], conditions }));
  child.role.assumeRolePolicy!.addStatements(new iam.PolicyStatement({ actions: OPENS, principals: [parent.principal], conditions }));
}

function before(until: Expiry): Record<string, Record<string, string>> {
  return { DateLessThan: { 'aws:CurrentTime': until.iso } };
}

function checked(parent: AgentParts, child: AgentParts, props: DelegationProps): Pick<Delegation, 'access' | 'maxDepth' | 'until'> {
  const { agent: { node: { path } } } = parent;
  const both = `${path}: the delegation to ${child.agent.node.path}`;
  const { access, maxDepth = 1 } = props;
  if (!Array.isArray(access) || access.length === 0) {
    throw new InvalidInputError('DelegatedAccessInvalid', `${both} received access ${shown(access)}: give a list of iam.PolicyStatement with what the delegate may do`);
  }
  access.forEach((statement) => requireExact(both, statement, parent));
  const ambiguous = ambiguousActions(access);
  if (ambiguous !== undefined) {
    throw new InvalidInputError('DelegatedAccessInvalid', `${both} has ${ambiguous.join(' and ')} on different resources, and both cover the same action: write its actions out`);
  }
  if (!Number.isInteger(maxDepth) || maxDepth < 1 || maxDepth > MOST_HOPS) {
    throw new InvalidInputError('DelegationDepthInvalid', `${both} received maxDepth ${shown(maxDepth)}: use a whole number from 1 (the delegate itself) to ${MOST_HOPS}`);
  }
  const until = props.until === undefined ? parent.expires : withPath(parent.agent, () => requireExpiry('until', props.until));
  for (const { agentName, expires } of props.until === undefined ? [] : [parent, child]) {
    if (until.epochSeconds > expires.epochSeconds) {
      throw new InvalidInputError('DelegationOutlivesAgent', `${both} ends at ${until.iso}, and agent ${agentName} at ${expires.iso}: give an end that is not later, or leave it out`);
    }
  }
  // A statement can be changed after it was given, and these were checked.
  return { access: access.map((statement) => statement.copy().freeze()), maxDepth, until };
}

function requireExact(both: string, statement: iam.PolicyStatement, { agent }: AgentParts): void {
  const refuse = (problem: string, fix: string): never => {
    throw new InvalidInputError('DelegatedAccessInvalid', `${both} ${problem}: ${fix}`);
  };
  if (typeof statement?.toStatementJson !== 'function') {
    refuse(`received access ${shown(statement)}`, 'give an iam.PolicyStatement');
  }
  const { Condition: conditions, Principal: principal } = statement.toStatementJson() as Record<string, unknown>;
  const { effect, actions, resources, notActions, notResources } = statement;
  if (effect !== iam.Effect.ALLOW || actions.length === 0 || resources.length === 0 || notActions.length > 0 || notResources.length > 0
    || conditions !== undefined || principal !== undefined) {
    refuse(`has a statement that is more than actions allowed on resources: ${shown(JSON.stringify(statement.toStatementJson()))}`, 'name the actions and the resources, and leave out everything else');
  }
  if (actions.some((action) => Token.isUnresolved(action))) {
    refuse(`has an action that is known only in the finished app: ${shown(actions)}`, 'write the actions out');
  }
  if (hasPolicyVariable(Stack.of(agent).resolve(resources))) {
    refuse(`has a resource with a policy variable: ${shown(resources.map(String))}`, 'write the resource out: for the role of the delegate, a variable has another value than for the agent');
  }
  const reaching = actions.filter((action) => mintsSession(action) || changesStack(action) || globsMeet(action.toLowerCase(), 'iam:passrole'));
  if (reaching.length > 0) {
    refuse(`has ${reaching.join(', ')}, by which the delegate could act as somebody else, whom a suspension of the agent would not reach`, 'let the delegate itself delegate with mayDelegateTo(), and raise maxDepth');
  }
}

/** The parent's guard names the delegate's role, whose trust names the parent. By references, that would be a circle. */
function requireName({ agent }: AgentParts, child: AgentParts): void {
  if (child.roleArn === '') {
    throw new InvalidInputError('DelegateWithoutName', `${agent.node.path}: CloudFormation generates the name of the role of ${child.agent.node.path}, and the delegation must name it before it exists: use a registry whose AgentNaming has no generatedNames`);
  }
}

/** A broker gives sessions the source identity of a person, and AWS refuses to change one. */
function requireOwnSessions({ agent, agentName, trust }: AgentParts): void {
  const setters = trust.filter(({ effect, actions }) => effect === iam.Effect.ALLOW && actions.some((action) => globMatches(action.toLowerCase(), 'sts:setsourceidentity')));
  if (setters.length > 0) {
    throw new InvalidInputError('DelegationOfPerson', `${agent.node.path}: the runtime of ${agentName} lets its sessions have a source identity already, and a delegated session needs the agent's own, which AWS refuses to put in its place: `
      + 'delegate from an agent with another runtime, or let the broker assume the role of each agent itself');
  }
}

function refuseCircle(parent: AgentParts, child: AgentParts): void {
  const { agent: { node: { path } } } = parent;
  const back = pathBetween(child, parent);
  if (back !== undefined) {
    throw new InvalidInputError('DelegationCircular', `${path}: the delegation to ${child.agent.node.path} closes a circle: ${[parent, ...back].map(({ agent }) => agent.node.path).join(' -> ')}; leave out one of them: a session that comes back shows only who started it`);
  }
  if (parent.given.length === MOST_DELEGATES) {
    throw new InvalidInputError('TooManyDelegates', `${path}: it delegates to ${MOST_DELEGATES} agents already, which is the most: split the agent, or let a delegate delegate further`);
  }
  if (parent.given.some((one) => one.child === child)) {
    throw new InvalidInputError('DelegationTwice', `${path}: it delegates to ${child.agent.node.path} already: put all access into one mayDelegateTo(), because a session shows only who started it`);
  }
}

function differ(one: string, other: string): boolean {
  return !Token.isUnresolved(one) && !Token.isUnresolved(other) && one !== other;
}

/** Faults of the finished app: a delegate may do what the agent itself may not, by all documents of its access. */
export function delegationFaults(agent: unknown, accessDocuments: readonly unknown[]): string[] {
  const parent = partsOf(agent);
  const allowed = parent?.given.length ? accessDocuments.flatMap((document) => parseStatements(withoutEnd(document))) : [];
  return (parent?.given ?? []).flatMap(({ parent: { agent: { node: { path } }, stage, agentName, role }, child, access }) => {
    const wanted = access.flatMap((statement) => parseStatements(Stack.of(role).resolve(statement.toStatementJson())));
    const beyond = firstBeyond(wanted, allowed);
    return beyond === undefined ? [] : [
      `DelegationBeyondParent: ${path}: it delegates ${beyond.action} on ${shown(beyond.resource)} to ${child.agent.node.path}, and ${agentName} itself may not do that in stage ${stage.name} without a condition: grant it to accessIn(${stage.name}) first, or delegate less`,
    ];
  });
}

/** The Deny after the agent's end holds for its delegates as well. */
function withoutEnd(document: unknown): unknown {
  const { Statement: statements = [] } = document as { Statement?: { Sid?: string }[] };
  return { Statement: statements.filter(({ Sid: sid }) => sid !== 'DenyAfterExpiry') };
}
