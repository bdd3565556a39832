import { Effective, TeardownReceipt } from './receipt';

const BASIS: Readonly<Record<Effective['basis'], string>> = {
  simulated: 'when IAM\'s policy simulator showed the last denial',
  absent: 'when it had no principal any more',
  deleted: 'when the cloud had none of its accounts any more',
  checked: 'when it was last checked',
};
const RELATION = { invokes: 'could invoke it', delegates: 'delegated to it', reads: 'read events that it sent', serves: 'did work that it delegated' } as const;

/** Who wanted the leave, and since when it holds: lines under those of the agent. */
export function renderDecision({ authorization, effective }: TeardownReceipt): string[] {
  const { reason, approvedBy, reference, decidedAt, gaps } = authorization;
  return [
    ...(reason === null ? [] : [`reason       ${reason}`]),
    ...(decidedAt === null ? [] : [`decided      ${decidedAt}`]),
    `approved by  ${approvedBy.length === 0 ? 'nobody' : approvedBy.join(', ')}${marks(gaps)}`,
    ...(reference === null ? [] : [`request      ${reference}`]),
    `effective    ${effective.at}, ${BASIS[effective.basis]}`,
  ];
}

/** References to known gaps, as people read them. */
export function marks(gaps: readonly number[]): string {
  return gaps.length === 0 ? '' : ` [${gaps.map((gap) => gap + 1).join(', ')}]`;
}

/** The parts that come after what was found. */
export function renderReceipt({ notSearched, grants, dependants, handover, exceptions, knownGaps }: TeardownReceipt): string[] {
  return [
    ...part('not searched', notSearched),
    '',
    `grants that ended${marks(grants.gaps)}`,
    ...listed(grants.stages.map(({ stage, digest, count, live }) => `${stage === '*' ? 'every stage' : stage}: ${count}, ${live ? 'in force' : 'dormant'}, digest ${digest}`)),
    ...part('trusted', grants.trusted),
    '',
    `depended on it${marks(dependants.gaps)}`,
    ...listed([
      ...dependants.agents.map(({ agentName, relation, sponsor }) => `agent ${agentName} ${RELATION[relation]}; its sponsor is ${sponsor}`),
      ...dependants.principals.map((principal) => `${principal} could assume its role`),
    ]),
    '',
    `handed over: ${handover.offeredTo === null ? 'nothing' : `nothing; it was offered to stack ${handover.offeredTo}`}`,
    '',
    'exceptions, each with owner and date',
    ...listed(exceptions.map(({ kind, what, reason, owner, date }) => `${kind}: ${what}: ${reason}; ${owner}, ${date}`)),
    '',
    'known gaps',
    ...listed(knownGaps.map((gap, index) => `[${index + 1}] ${gap}`)),
  ];
}

function part(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : ['', title, ...listed(items)];
}

/** Lines of a list. An empty list is said in words. */
export function listed(items: readonly string[]): string[] {
  return items.length === 0 ? ['  nothing'] : items.map((item) => `  ${item}`);
}
