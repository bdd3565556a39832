import { AgentStack } from './assembly';
import { DeclaredAgent } from './declared-agent';
import { EVERY_STAGE } from '../../../src/contract/lifecycle-resource';
import { PRODUCTION_PROFILE } from '../../../src/core/risk-profile';
import { differenceOf } from '../../engine/decision/access-difference';
import { declaredDependants, dependantLine } from '../../model/dependants';
import { Declared } from '../../model/placement-state';
import { importerLines } from '../importers';

/** What a deployment does to an agent. */
export const PLANNED = ['join', 'adopt', 'replace', 'move', 'hand-over', 'change', 'release', 'leave'] as const;
export type Planned = typeof PLANNED[number];

interface FromTo {
  readonly from: string;
  readonly to: string;
}

/** One agent that a deployment changes. */
export interface PlannedAgent {
  readonly agentName: string;
  readonly registry: string;
  readonly account?: string;
  readonly stackName: string;
  readonly does: Planned;
  /** Its role existed before it became an agent, and is not deleted with it. */
  readonly adopted?: true;
  /** The stack that hands it over. */
  readonly fromStack?: string;
  /** Its stage after the deployment, or before it if the agent leaves. */
  readonly stage: string;
  readonly fromStage?: string;
  /** What the agent may do after the deployment and not before. */
  readonly comes: readonly string[];
  /** What it may do before the deployment and not after. */
  readonly goes: readonly string[];
  /** What changes for stages in which the agent will not be: nothing of it is granted. */
  readonly dormant: { readonly widened: readonly string[]; readonly narrowed: readonly string[] };
  /** Stages of which not all access is known. */
  readonly notCompared: readonly string[];
  readonly sponsor?: FromTo;
  readonly backup?: FromTo;
  readonly purpose?: FromTo;
  readonly ends?: FromTo;
  /** Who depends on an agent that leaves, in words. Absent if nobody is known. */
  readonly neededBy?: readonly string[];
}

interface Place {
  readonly stack: AgentStack;
  readonly agent: DeclaredAgent;
}

/** What deploying stacks does to their agents. An agent in a stack that is not compared is as new. Unchanged agents are left out. */
export function planOf(before: readonly AgentStack[], after: readonly AgentStack[]): PlannedAgent[] {
  const [had, has] = [placesOf(before), placesOf(after)];
  const goes = ({ stack }: Place, agentName: string): boolean => had.has(keyOf(stack, agentName)) && !has.has(keyOf(stack, agentName));
  return [
    ...[...has].flatMap(([key, place]) => changeOf(had.get(key), place) ?? []),
    ...[...had].filter(([key]) => !has.has(key)).map(([, place]) => leaveOf(place, (agentName) => goes(place, agentName))),
  ];
}

/** An agent is known by account and name. */
function keyOf({ account = '' }: AgentStack, agentName: string): string {
  return `${account}/${agentName}`;
}

function placesOf(stacks: readonly AgentStack[]): Map<string, Place> {
  return new Map(stacks.flatMap((stack) => stack.agents.map((agent) => [keyOf(stack, agent.agentName), { stack, agent }] as const)));
}

function changeOf(was: Place | undefined, { stack, agent }: Place): PlannedAgent | undefined {
  const { declared } = agent;
  const common = { ...nameOf({ stack, agent }), stage: declared.stage };
  if (was === undefined) {
    const [sponsor, ends] = [sponsorOf(declared), declared.expiresAt].map((to) => ({ from: '', to }));
    return { ...common, does: agent.adopts === undefined ? 'join' : 'adopt', ...accessChange(undefined, declared), ends, sponsor };
  }
  const before = was.agent.declared;
  const isMove = before.stage !== declared.stage;
  const isHandedOver = was.stack.stackName !== stack.stackName;
  const changes = {
    ...fromTo('sponsor', sponsorOf(before), sponsorOf(declared)),
    ...fromTo('backup', before.sponsor.backupEmail, declared.sponsor.backupEmail),
    ...fromTo('purpose', before.purpose, declared.purpose),
    ...fromTo('ends', before.expiresAt, declared.expiresAt),
  };
  const accessOf = ({ access, exceptions, ownSecrets, ownProviders, credentials }: DeclaredAgent['declared']): string => (
    JSON.stringify([access, exceptions, ownSecrets, ownProviders, credentials]));
  // An adopted role gives way to a role of the agent's own.
  const isReplaced = was.agent.adopts !== undefined && agent.adopts === undefined;
  const isSame = Object.keys(changes).length === 0 && accessOf(before) === accessOf(declared) && was.agent.adopts === agent.adopts;
  if (!isMove && !isHandedOver && isSame) {
    return undefined;
  }
  return {
    ...common,
    does: isReplaced ? 'replace' : isMove ? 'move' : isHandedOver ? 'hand-over' : 'change',
    ...(isHandedOver ? { fromStack: was.stack.stackName } : {}),
    ...(isMove ? { fromStage: before.stage } : {}),
    ...accessChange(before, declared),
    ...changes,
  };
}

/** @param goes whether another agent leaves with the same deployment, so that it needs nothing any more */
function leaveOf({ stack, agent }: Place, goes: (agentName: string) => boolean): PlannedAgent {
  const { agents, principals } = declaredDependants(agent.declared);
  const neededBy = agent.adopts === 'release' ? [] : [
    ...agents.filter(({ agentName }) => !goes(agentName)).map(dependantLine),
    ...principals.map((principal) => `${principal} may assume its role`),
    ...importerLines(agent.importers ?? { stacks: [] }),
  ];
  return { ...nameOf({ stack, agent }), stage: agent.declared.stage, does: agent.adopts === 'release' ? 'release' : 'leave', ...accessChange(agent.declared, undefined), ...(agent.adopts === undefined ? {} : { adopted: true as const }), ...(neededBy.length === 0 ? {} : { neededBy }) };
}

function nameOf({ stack: { stackName, account }, agent: { agentName, registry } }: Place): Pick<PlannedAgent, 'agentName' | 'registry' | 'account' | 'stackName'> {
  return { agentName, registry, stackName, ...(account === undefined ? {} : { account }) };
}

type AccessChange = Pick<PlannedAgent, 'comes' | 'goes' | 'dormant' | 'notCompared'>;

/** A move changes what is live: the old stage's access goes, the new stage's comes. The rest of the difference is about what stays dormant. */
function accessChange(before: DeclaredAgent['declared'] | undefined, after: DeclaredAgent['declared'] | undefined): AccessChange {
  // Each line names the stage by which the agent has the access: the new one for what comes, the old one for what goes.
  const comes = differenceOf(liveOf(before, after?.stage), liveOf(after, after?.stage));
  const goes = differenceOf(liveOf(before, before?.stage), liveOf(after, before?.stage));
  const all = before === undefined || after === undefined ? undefined : differenceOf(dormantOf(before, after.stage), dormantOf(after, after.stage));
  return {
    comes: comes.widened,
    goes: goes.narrowed,
    dormant: { widened: all?.widened ?? [], narrowed: all?.narrowed ?? [] },
    notCompared: [...new Set([...comes.notCompared, ...goes.notCompared, ...all?.notCompared ?? []])].sort(),
  };
}

/** What an agent has now, under the name of one stage. */
function liveOf(declared: DeclaredAgent['declared'] | undefined, name = EVERY_STAGE): Declared {
  const { access, stage } = declared ?? {};
  const stages = (access?.stages ?? []).filter((one) => one.stage === stage || one.stage === EVERY_STAGE).map((one) => ({ ...one, stage: name }));
  return { ...NOTHING, exceptions: declared?.exceptions ?? [], access: { ...EMPTY, ...access, stages } };
}

/** What is declared for stages in which the agent will not be. */
function dormantOf(declared: DeclaredAgent['declared'], stage: string): Declared {
  return { ...NOTHING, access: { ...EMPTY, stages: (declared.access?.stages ?? []).filter((one) => ![stage, EVERY_STAGE].includes(one.stage)) } };
}

const EMPTY = { stages: [], policy: '', trust: '', trusted: [], guards: '' };
/** Only access and exceptions are compared. */
const NOTHING: Declared = {
  stage: '',
  purpose: '',
  expiresAt: '',
  ownSecrets: [],
  exceptions: [],
  profile: PRODUCTION_PROFILE,
  sponsor: { kind: 'person', name: '', email: '', accountableName: '', accountableEmail: '', backupEmail: '', id: '' },
};

function sponsorOf({ sponsor: { accountableEmail, id } }: DeclaredAgent['declared']): string {
  return id === accountableEmail ? id : `${accountableEmail} (${id})`;
}

function fromTo<K extends 'sponsor' | 'backup' | 'purpose' | 'ends'>(name: K, from: string, to: string): { readonly [P in K]?: FromTo } {
  return from === to ? {} : { [name]: { from, to } } as { readonly [P in K]?: FromTo };
}
