import { aws_iam as iam, CfnResource } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AgentRole } from './agent-role';
import { canonicalTexts } from './canonical-text';
import type { OwnCredentials } from './own-credentials';
import { delegationCut, sourceIdentityOf } from '../../contract/delegation';
import { AgentStage, Expiry } from '../../core';
import { firstBeyond } from '../access-rules/within';
import { DelegatedGrant, DelegatedSessions } from '../guards/delegated-sessions';
import { globsMeet } from '../iam/globs';
import { policySizeOf } from '../iam/quotas';
import { parseStatements } from '../iam/statement';
import { ILifecycleRegistry } from '../lifecycle-registry/lifecycle-registry-ref';

/** An agent as others delegate to it and invoke it. */
export interface AgentParts {
  readonly agent: Construct;
  readonly agentName: string;
  readonly stage: AgentStage;
  readonly expires: Expiry;
  readonly registry: ILifecycleRegistry;
  readonly role: AgentRole;
  readonly lifecycle: CfnResource;
  /** The credentials that are the agent's own. */
  readonly credentials: OwnCredentials;
  /** ARN of the role, from its name. Empty if CloudFormation generates the name. */
  readonly roleArn: string;
  /** The role in its present stage, as other roles trust it. */
  readonly principal: iam.IPrincipal;
  /** Who may assume the role by its runtime. */
  readonly trust: readonly iam.PolicyStatement[];
  readonly declareDormant: (stages: string[], statement: iam.PolicyStatement) => void;
  /** The agents that delegate to it or may call its compute, as its declared access names them. */
  readonly callers: Set<string>;
  /** Tags the role as one that others use. */
  readonly markDelegate: () => void;
  readonly given: Delegation[];
  readonly received: Delegation[];
}

/** One agent may use the role of another, for some access. */
export interface Delegation {
  readonly parent: AgentParts;
  readonly child: AgentParts;
  readonly access: readonly iam.PolicyStatement[];
  /** Hops from the parent at most. One is the child itself. */
  readonly maxDepth: number;
  readonly until: Expiry;
}

const AGENTS = new WeakMap<Construct, AgentParts>();

export function registerParts(parts: AgentParts): void {
  AGENTS.set(parts.agent, parts);
}

/** The parts of an agent that this app declares. */
export function partsOf(agent: unknown): AgentParts | undefined {
  return AGENTS.get(agent as Construct);
}

/** Sessions that an agent started, as they arrive at another agent. */
interface Arrival {
  /** Further hops that are allowed. */
  readonly hops: number;
  readonly end: Expiry;
  /** The delegations by which they arrive. */
  readonly by: readonly Delegation[];
}

type Memo = Map<AgentParts, ReadonlyMap<string, Arrival>>;

/**
 * The agents whose sessions arrive at an agent, by name. A session shows who started it and not the way that it took. So where one agent's sessions
 * arrive in two ways, the strictest of both counts: the earlier end, the fewer hops, and only what both delegations allow.
 */
export function arrivalsAt(agent: AgentParts, memo: Memo = new Map()): ReadonlyMap<string, Arrival> {
  const known = memo.get(agent);
  if (known !== undefined) {
    return known;
  }
  const arrivals = new Map<string, Arrival>();
  memo.set(agent, arrivals);
  for (const delegation of agent.received) {
    for (const [name, { hops, end }] of sourcesOf(delegation, memo)) {
      const other = arrivals.get(name);
      arrivals.set(name, {
        hops: Math.min(hops, other?.hops ?? hops), end: earlier(end, other?.end ?? end), by: [...other?.by ?? [], delegation],
      });
    }
  }
  return arrivals;
}

/** The agents whose sessions may take a delegation: the parent itself, and those that arrive at it, may be passed on, and have no more by it than they came with. */
export function sourcesOf(delegation: Delegation, memo: Memo = new Map()): ReadonlyMap<string, Omit<Arrival, 'by'>> {
  const { parent, maxDepth, until } = delegation;
  const end = earlier(until, parent.expires);
  const passing = [...arrivalsAt(parent, memo)].filter(([, { hops, by }]) => hops > 0 && by.every((earlierOne) => isWithin(delegation, earlierOne)));
  return new Map([
    [parent.agentName, { hops: maxDepth - 1, end }],
    ...passing.map(([name, arrival]): [string, Omit<Arrival, 'by'>] => [name, { hops: Math.min(arrival.hops, maxDepth) - 1, end: earlier(arrival.end, end) }]),
  ]);
}

/** Names of the agents other than the parent whose sessions may take a delegation. */
export function passersOf(delegation: Delegation): string[] {
  return [...sourcesOf(delegation).keys()].filter((name) => name !== delegation.parent.agentName).sort();
}

/** Whether sessions could arrive at the parent and be passed on, whatever they are allowed. */
export function mayBePassed({ parent }: Delegation): boolean {
  return parent.received.some((delegation) => delegation.maxDepth > 1);
}

function isWithin(inner: Delegation, outer: Delegation): boolean {
  const { agent } = inner.parent;
  const texts = ({ access }: Delegation) => access
    .flatMap((statement) => parseStatements({ Statement: canonicalTexts(agent, statement.toStatementJson()) }));
  return firstBeyond(texts(inner), texts(outer)) === undefined;
}

/** The agents to which an agent's sessions can get by delegations, on any way. */
export function pathBetween(from: AgentParts, to: AgentParts, seen: ReadonlySet<AgentParts> = new Set()): AgentParts[] | undefined {
  if (from === to) {
    return [from];
  }
  const further = from.given.filter(({ child }) => !seen.has(child)).map(({ child }) => pathBetween(child, to, new Set([...seen, from])));
  const found = further.find((path) => path !== undefined);
  return found === undefined ? undefined : [from, ...found];
}

/** What the guard of an agent must leave to the sessions of others. Undefined if nobody delegates to it. */
export function delegatedTo(agent: AgentParts | undefined): DelegatedSessions | undefined {
  if (agent === undefined || agent.received.length === 0) {
    return undefined;
  }
  const passedOn = agent.given.map(({ child }) => child.roleArn);
  const ends = new Map<string, string[]>();
  for (const [name, { end }] of arrivalsAt(agent)) {
    ends.set(end.iso, [...ends.get(end.iso) ?? [], sourceIdentityOf(name)]);
  }
  return {
    limits: agent.received.map((delegation) => ({
      sources: sourceIdentitiesOf(delegation),
      grants: [
        ...grantsOf(delegation.access),
        ...(passedOn.length === 0 ? [] : [{ actions: ['sts:AssumeRole', 'sts:SetSourceIdentity'], resources: passedOn }]),
      ],
    })),
    ends: [...ends].sort().map(([at, sources]) => ({ at, sources: sources.sort() })),
  };
}

/** Two principals each, because a parent can be cut during a move. */
const ROLE_IDS = Array.from({ length: 2 }, () => '_'.repeat(21));

/** Characters of inline policies that the registry needs on an agent's role to deny the sessions of all others, also if all leave at once. */
export function cutsSizeOf(agent: AgentParts | undefined): number {
  const names = agent === undefined ? [] : [...arrivalsAt(agent).keys()];
  return names.reduce((sum, name) => sum + policySizeOf(delegationCut(name, ROLE_IDS, new Date(0))), 0);
}

export function sourceIdentitiesOf(delegation: Delegation): string[] {
  return [...sourcesOf(delegation).keys()].sort().map(sourceIdentityOf);
}

/** Each action with all of its resources, and actions of the same resources together. */
export function grantsOf(statements: readonly iam.PolicyStatement[]): DelegatedGrant[] {
  const byAction = new Map<string, Set<string>>();
  for (const { actions, resources } of statements) {
    actions.forEach((action) => byAction.set(action, new Set([...byAction.get(action) ?? [], ...resources])));
  }
  const grants = new Map<string, DelegatedGrant>();
  for (const [action, found] of byAction) {
    const resources = [...found].sort();
    const key = JSON.stringify(resources);
    grants.set(key, { actions: [...grants.get(key)?.actions ?? [], action], resources });
  }
  return [...grants.values()];
}

/** Two action patterns that cover a common action on different resources, so that no Deny can tell what is meant. */
export function ambiguousActions(statements: readonly iam.PolicyStatement[]): [string, string] | undefined {
  const grants = grantsOf(statements);
  for (const [index, one] of grants.entries()) {
    for (const other of grants.slice(index + 1)) {
      const pair = one.actions.flatMap((action) => other.actions.map((second): [string, string] => [action, second]))
        .find(([first, second]) => globsMeet(first.toLowerCase(), second.toLowerCase()));
      if (pair !== undefined) {
        return pair;
      }
    }
  }
  return undefined;
}

function earlier(one: Expiry, other: Expiry): Expiry {
  return one.epochSeconds <= other.epochSeconds ? one : other;
}
