import { AgentStack } from './assembly';
import { DeclaredAgent } from './declared-agent';
import { EVERY_STAGE } from '../../../src/contract/lifecycle-resource';
import { PRODUCTION_PROFILE } from '../../../src/core/risk-profile';
import { differenceOf } from '../../engine/decision/access-difference';
import { Declared } from '../../model/placement-state';

/** What a deployment does to an agent. */
export const PLANNED = ['join', 'move', 'hand-over', 'change', 'leave'] as const;
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
}

interface Place {
  readonly stack: AgentStack;
  readonly agent: DeclaredAgent;
}

/** What deploying stacks does to their agents. An agent in a stack that is not compared is as new. Unchanged agents are left out. */
export function planOf(before: readonly AgentStack[], after: readonly AgentStack[]): PlannedAgent[] {
  const [had, has] = [placesOf(before), placesOf(after)];
  return [
    ...[...has].flatMap(([key, place]) => changeOf(had.get(key), place) ?? []),
    ...[...had].filter(([key]) => !has.has(key)).map(([, place]) => leaveOf(place)),
  ];
}

/** An agent is known by account and name. */
function placesOf(stacks: readonly AgentStack[]): Map<string, Place> {
  return new Map(stacks.flatMap((stack) => stack.agents.map((agent) => [`${stack.account ?? ''}/${agent.agentName}`, { stack, agent }] as const)));
}

function changeOf(was: Place | undefined, { stack, agent }: Place): PlannedAgent | undefined {
  const { declared } = agent;
  const common = { ...nameOf({ stack, agent }), stage: declared.stage };
  if (was === undefined) {
    const [sponsor, ends] = [sponsorOf(declared), declared.expiresAt].map((to) => ({ from: '', to }));
    return { ...common, does: 'join', ...accessChange(undefined, declared), ends, sponsor };
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
  const accessOf = ({ access, exceptions, ownSecrets, ownProviders }: DeclaredAgent['declared']): string => (
    JSON.stringify([access, exceptions, ownSecrets, ownProviders]));
  if (!isMove && !isHandedOver && Object.keys(changes).length === 0 && accessOf(before) === accessOf(declared)) {
    return undefined;
  }
  return {
    ...common,
    does: isMove ? 'move' : isHandedOver ? 'hand-over' : 'change',
    ...(isHandedOver ? { fromStack: was.stack.stackName } : {}),
    ...(isMove ? { fromStage: before.stage } : {}),
    ...accessChange(before, declared),
    ...changes,
  };
}

function leaveOf({ stack, agent }: Place): PlannedAgent {
  return { ...nameOf({ stack, agent }), stage: agent.declared.stage, does: 'leave', ...accessChange(agent.declared, undefined) };
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
