import { Expiry } from '../../core';
import { validateAgentName } from '../../core/agent-name';
import { validateEmail } from '../../core/email';
import { requireValid } from '../../core/instance';
import { requirePurpose } from '../../core/purpose';
import { requireSponsorName } from '../../core/sponsor';
import { requireTagSafe } from '../../core/tag-value';
import { AgentRuntime } from '../agent-runtime/agent-runtime';

/** The columns of a row. */
export type Column =
  | 'agentName' | 'purpose' | 'sponsor' | 'sponsorEmail' | 'sponsorBackup' | 'team' | 'teamMailbox' | 'sponsorId' | 'costCenter'
  | 'stage' | 'expires' | 'certifiedUntil' | 'runtime' | 'access' | 'stack';

/** What each column may hold. `undefined` is a name of the fleet's own code, which the fleet looks up. */
export const COLUMNS: { readonly [K in Column]: ((what: string, cell: string) => unknown) | undefined } = {
  agentName: (_what, cell) => validateAgentName(cell),
  purpose: (_what, cell) => requirePurpose(cell),
  sponsor: requireSponsorName,
  sponsorEmail: validateEmail,
  sponsorBackup: validateEmail,
  team: requireSponsorName,
  teamMailbox: validateEmail,
  sponsorId: requireTagSafe,
  costCenter: requireTagSafe,
  stage: undefined,
  expires: (_what, cell) => requireValid(endOf(cell)),
  certifiedUntil: (_what, cell) => requireValid(endOf(cell)),
  runtime: undefined,
  access: undefined,
  stack: undefined,
};

/** A row without these is no agent. */
export const REQUIRED: readonly Column[] = ['agentName', 'purpose'];

/** Columns that must be given if one of others is. */
export const TOGETHER: readonly { readonly need: readonly Column[]; readonly ifAny: readonly Column[]; readonly use: string }[] = [
  {
    need: ['sponsor', 'sponsorEmail', 'sponsorBackup'],
    ifAny: ['sponsor', 'sponsorEmail', 'sponsorBackup', 'team', 'teamMailbox', 'sponsorId', 'costCenter'],
    use: 'a sponsor, and the accountable person of a team, has a name (sponsor), a mail address (sponsorEmail) and the mail address of a backup (sponsorBackup)',
  },
  { need: ['team', 'teamMailbox'], ifAny: ['team', 'teamMailbox'], use: 'a team has a name (team) and a mailbox (teamMailbox)' },
];

/** Kinds of runtime that a word says completely. */
export const RUNTIMES: Readonly<Record<string, () => AgentRuntime>> = {
  'lambda': () => AgentRuntime.lambda(),
  'lambda-in-vpc': () => AgentRuntime.lambda({ vpc: true }),
  'ecs-task': () => AgentRuntime.ecsTask(),
  'ec2': () => AgentRuntime.ec2(),
  'bedrock-agent-core': () => AgentRuntime.bedrockAgentCore(),
  'bedrock-agent': () => AgentRuntime.bedrockAgent(),
  'step-functions': () => AgentRuntime.stepFunctions(),
  'scheduler': () => AgentRuntime.scheduler(),
  'pipes': () => AgentRuntime.pipes(),
  'code-build': () => AgentRuntime.codeBuild(),
  'batch': () => AgentRuntime.batch(),
  'glue': () => AgentRuntime.glue(),
  'sage-maker': () => AgentRuntime.sageMaker(),
};

/** The end that a cell states: the end of a day, or an instant. */
export function endOf(cell: string): Expiry {
  return cell.includes('T') ? Expiry.at(cell) : Expiry.on(cell);
}
