import { Finding } from './statement-rules';
import { shown } from '../../core/shown';
import { FLEET_READS, PRINCIPAL_CALLS, RegistryResources, UPKEEP_USES } from '../guards/registry-resources';
import { factsOf } from '../iam/action-table';
import { globMatches, globsMeet } from '../iam/globs';
import { isEverything, textsOf, UNKNOWN } from '../iam/resource-text';
import { StatementJson } from '../iam/statement';

/** The parts of a registry that one of its agents may not access. An unknown account or region is a star in the ARNs. */
export interface DeniedRegistry {
  readonly resources: RegistryResources;
  /** Resource part of the ARN of the agent's own secrets, such as `secret:agents/invoice-bot/*`. */
  readonly ownSecrets: string;
  /** Resource part of the ARN of the log groups of the agent's own functions, while the functions' names aren't known yet. */
  readonly ownLogGroups: string;
  /** Whether the agent may read ledger and evidence. */
  readonly readsFleet: boolean;
}

/** What a statement refers to besides its text. */
export interface StatementReferences {
  /** Paths of the registry's own constructs among the references. */
  readonly ofRegistry: readonly string[];
  /** Paths of keys and topics of registries that it refers to. */
  readonly upkeep: readonly string[];
  /** ARNs of other resources that it refers to, as far as their literal names tell. */
  readonly named: readonly string[];
}

interface Target {
  readonly pattern: string;
  readonly is: string;
  readonly fix: string;
  /** Actions, lower case, that are decided elsewhere; patterns for those that begin alike. */
  readonly spared: readonly string[];
}

const NOT_THE_REGISTRY = 'no agent may act on the registry that governs it; to read ledger and evidence, use registry.grantReadFleet()';
const UPKEEP_IS = 'the key or the topic of the registry';
const UPKEEP_FIX = 'an agent may use them, and not change or delete them';
const LOG_WRITES = ['logs:createloggroup', 'logs:createlogstream', 'logs:putlogevents'];
const NONE: readonly string[] = [];
const UPKEEP = lowerCase(UPKEEP_USES);
const PRINCIPALS = lowerCase(PRINCIPAL_CALLS);
const READS = lowerCase(FLEET_READS);

/** Whether a statement gives access to the registry itself or to other agents. A resource of `*` alone is left to the rule on that. */
export function registryWithinReach(statement: StatementJson, registry: DeniedRegistry, references: StatementReferences): Finding | undefined {
  if (references.ofRegistry.length > 0 && !(registry.readsFleet && statement.actions.every((action) => READS.includes(action.toLowerCase())))) {
    return { problem: `it names ${references.ofRegistry.map(shown).join(', ')}, which is part of the registry`, fix: NOT_THE_REGISTRY };
  }
  const upkeepCalls = statement.actions.filter((action) => /^(kms|sns):/i.test(action) && !isSpared(action.toLowerCase(), UPKEEP));
  if (references.upkeep.length > 0 && upkeepCalls.length > 0) {
    return { problem: `${upkeepCalls.map(shown).join(', ')} on ${references.upkeep.map(shown).join(', ')} reaches ${UPKEEP_IS}, and every agent is denied that`, fix: UPKEEP_FIX };
  }
  const texts = [...statement.resources.flatMap(textsOf).filter((text) => !isEverything(text)), ...references.named];
  const reaches = reachesOf(statement.actions, texts, registry);
  if (reaches.length === 0) {
    return undefined;
  }
  const [{ action, text, target }] = [...reaches.filter(({ inside }) => inside), ...reaches];
  const inside = reaches.some((reach) => reach.inside);
  return {
    problem: `${shown(action)} on ${shown(text.replaceAll(UNKNOWN, '<known at deployment>'))} reaches ${target.is} (${resourceOf(target.pattern)}), and every agent is denied that`,
    fix: inside ? target.fix : 'name narrower ARNs; with an ExceptionalAccess for the rest, that part stays denied',
    // A statement whose actions reach only the registry can't have an exception.
    actions: inside ? undefined : [...new Set(reaches.map((reach) => reach.action))],
  };
}

/** Whether a statement is about the agent's own secrets. */
export function reachesOwnSecrets(statement: StatementJson, { ownSecrets }: DeniedRegistry, { named }: StatementReferences): boolean {
  return statement.effect === 'Allow' && statement.actions.some((action) => servicesMeet(action, 'secretsmanager'))
    && [...statement.resources.flatMap(textsOf), ...named].some((text) => text === '*' || globsMeet(resourceOf(text), ownSecrets));
}

interface Reach {
  readonly action: string;
  readonly text: string;
  readonly target: Target;
  readonly inside: boolean;
}

/** What the actions reach. Resources are compared once for each service, not for each action. */
function reachesOf(actions: readonly string[], texts: readonly string[], registry: DeniedRegistry): Reach[] {
  const targets = targetsOf(registry.resources, registry.readsFleet);
  const met = new Map<string, { text: string; target: Target }[]>();
  const metOf = (service: string): { text: string; target: Target }[] => {
    const found = met.get(service) ?? texts.flatMap((text) =>
      (targets.get(service) ?? []).filter(({ pattern }) => haveCommonArn(text, pattern)).map((target) => ({ text, target })));
    met.set(service, found);
    return found;
  };
  return actions.flatMap((action) => {
    const name = action.toLowerCase();
    const service = name.slice(0, Math.max(name.indexOf(':'), 0));
    return metOf(service === 'sts' ? 'iam' : service)
      .filter(({ text, target }) => !isSpared(name, target.spared) && !isOwn(name, text, registry) && factsOf(action).withResources !== undefined)
      .map(({ text, target }) => ({ action, text, target, inside: globMatches(resourceOf(target.pattern), resourceOf(text)) }));
  });
}

function isOwn(action: string, text: string, { ownSecrets, ownLogGroups }: DeniedRegistry): boolean {
  const resource = resourceOf(text);
  return globMatches(ownSecrets, resource) || (resource === ownLogGroups && LOG_WRITES.includes(action));
}

const TARGETS = new WeakMap<RegistryResources, [readers: Map<string, Target[]>, others: Map<string, Target[]>]>();

/** Targets by service, computed once for all agents of a registry. */
function targetsOf(resources: RegistryResources, readsFleet: boolean): Map<string, Target[]> {
  const both = TARGETS.get(resources) ?? [byService(resources, READS), byService(resources, NONE)];
  TARGETS.set(resources, both);
  return both[readsFleet ? 0 : 1];
}

function byService({ fleet, engine, upkeep, principals, users, secrets }: RegistryResources, fleetReads: readonly string[]): Map<string, Target[]> {
  const otherAgent = { is: 'other agents', fix: 'no agent may act on another; name what is neither a role nor a user under the registry\'s path' };
  const own = { is: 'the registry itself', fix: NOT_THE_REGISTRY };
  const all: Target[] = [
    ...fleet.map((pattern) => ({ pattern, ...own, spared: fleetReads })),
    ...engine.map((pattern) => ({ pattern, ...own, spared: NONE })),
    ...upkeep.map((pattern) => ({ pattern, is: UPKEEP_IS, fix: UPKEEP_FIX, spared: UPKEEP })),
    { pattern: principals, ...otherAgent, spared: PRINCIPALS },
    { pattern: users, ...otherAgent, spared: NONE },
    {
      pattern: secrets,
      is: 'secrets of other agents',
      fix: 'the agent\'s own are named <registry>/<agent name>/...; put what is shared elsewhere',
      spared: NONE,
    },
  ];
  const targets = new Map<string, Target[]>();
  for (const target of all) {
    const service = target.pattern.split(':')[2];
    targets.set(service, [...targets.get(service) ?? [], target]);
  }
  return targets;
}

function servicesMeet(action: string, service: string): boolean {
  return action.toLowerCase().startsWith(`${service}:`);
}

/** Indexes of the ARN parts that say where a resource is: partition, region and account. */
const PLACE = [1, 3, 4];

/**
 * Whether a text and a target have an ARN in common. Partition, region and account are equal if either side omits them. They can't be compared as a
 * star, because a star at the end of one part also matches into the next part.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function haveCommonArn(text: string, target: string): boolean {
  const [theirs, ours] = [text.split(':'), target.split(':')];
  if (theirs[0] !== 'arn') {
    return false;
  }
  for (const at of PLACE) {
    if (ours[at] === '*') {
      ours[at] = theirs[at] ?? '';
    } else if (theirs[at]?.includes(UNKNOWN)) {
      theirs[at] = ours[at];
    }
  }
  return meet(theirs.join(':'), ours.join(':'));
}

function resourceOf(arn: string): string {
  return arn.split(':').slice(5).join(':');
}

/** The literal beginnings of both distinguish nearly all pairs. */
function meet(one: string, other: string): boolean {
  for (let at = 0; at < one.length && at < other.length; at++) {
    if ('*?'.includes(one[at]) || '*?'.includes(other[at])) {
      return globsMeet(one.slice(at), other.slice(at));
    }
    if (one[at] !== other[at]) {
      return false;
    }
  }
  return one.length === other.length || /^\**$/.test(one.slice(other.length)) && /^\**$/.test(other.slice(one.length));
}

function isSpared(action: string, spared: readonly string[]): boolean {
  return spared.some((pattern) => globMatches(pattern, action));
}

function lowerCase(actions: readonly string[]): string[] {
  return actions.map((action) => action.toLowerCase());
}
