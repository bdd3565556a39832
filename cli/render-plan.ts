import { printable } from '../runtime/evidence';
import { PlannedAgent } from '../runtime/operator';

/** A deployment's effect on agents. Stacks of other accounts are not read. */
interface Plan {
  readonly agents: readonly PlannedAgent[];
  readonly notRead: readonly { readonly stackName: string; readonly account?: string }[];
}

export function renderPlan(plan: Plan): string {
  return [
    ...plan.agents.flatMap((agent) => [titleOf(agent), ...detailsOf(agent).map(([what, text]) => `  ${what.padEnd(9)} ${text}`)]),
    ...endOf(plan),
  ].map(printable).join('\n');
}

/** The same for a comment in a pull request. */
export function renderPlanAsMarkdown(plan: Plan): string {
  return [
    '### Agents',
    ...plan.agents.flatMap((agent) => [`- **${asMarkdown(titleOf(agent))}**`, ...detailsOf(agent).map(([what, text]) => `  - ${what}: ${asMarkdown(text)}`)]),
    ...endOf(plan).map((line) => `\n${asMarkdown(line)}`),
  ].join('\n');
}

function endOf({ agents, notRead }: Plan): string[] {
  return [
    ...(agents.length === 0 ? ['no agent changes'] : []),
    ...notRead.map(({ stackName, account }) => `not compared: stack ${stackName} is in account ${account}: use the credentials of that account, or --against`),
  ];
}

function titleOf({ agentName, does, stage, fromStage, fromStack, stackName, account, adopted }: PlannedAgent): string {
  const where = `stack ${stackName}${account === undefined ? '' : ` in account ${account}`}`;
  const moves = fromStage === undefined ? '' : ` and moves from ${fromStage} to ${stage}`;
  switch (does) {
    case 'join': return `${agentName} joins in ${stage}, ${where}`;
    case 'adopt': return `${agentName} ADOPTS a role that exists, in ${stage}, ${where}: the role is guarded and ends with the agent`;
    case 'replace': return `${agentName} gets a role of its own${moves === '' ? ` in ${stage}` : moves}, ${where}: the role that it adopted is denied everything after compute has moved`;
    case 'release': return `${agentName} is RELEASED from ${stage}, ${where}: its adopted role is given back as it was`;
    case 'leave': return `${agentName} LEAVES ${stage}, ${where}: it is torn down, ${adopted === true ? 'and the role that it adopted is denied everything: its owner deletes it' : 'and its role is deleted'}`;
    case 'move': return `${agentName} ${fromStack === undefined ? '' : `is handed over by stack ${fromStack} and `}moves from ${fromStage} to ${stage}, ${where}`;
    case 'hand-over': return `${agentName} is handed over by stack ${fromStack}${moves}, ${where}`;
    case 'change': return `${agentName} changes in ${stage}, ${where}`;
  }
}

/** Access that comes and goes side by side, then who and how long. */
function detailsOf({ does, comes, goes, dormant, notCompared, sponsor, backup, purpose, ends, neededBy = [] }: PlannedAgent): [string, string][] {
  const details = [
    ...comes.map((line): [string, string] => ['gets', line]),
    ...goes.map((line): [string, string] => ['loses', line]),
    ...dormant.widened.map((line): [string, string] => ['later', `may get ${line}`]),
    ...dormant.narrowed.map((line): [string, string] => ['later', `may not get ${line}`]),
    ...notCompared.map((stage): [string, string] => ['unknown', `not all access in ${stage} is compared: there is too much of it`]),
    ...neededBy.map((line): [string, string] => ['needed by', line]),
    ...changed('sponsor', sponsor),
    ...changed('backup', backup),
    ...changed('purpose', purpose),
    ...changed('ends', ends),
  ];
  return details.length === 0 && does === 'change' ? [['other', 'its trust, its boundary, its guards or the form of its policies change, and no declared access']] : details;
}

function changed(what: string, change: { readonly from: string; readonly to: string } | undefined): [string, string][] {
  return change === undefined ? [] : [[what, change.from === '' ? change.to : `${change.from} -> ${change.to}`]];
}

/** Names and purposes are anybody's text: they must not become links, images, mentions or HTML. */
function asMarkdown(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]()<>#+!|~@&]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
