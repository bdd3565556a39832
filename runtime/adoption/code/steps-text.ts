import { stackIdOf } from './app-code';
import { Migration } from './stack-code';
import { StackId, stepsPath } from './stack-names';
import { GeneratedFile, writtenFile } from './written-file';
import { escapeUnseen } from '../../../src/core/unseen';

/** How the compute of a stack's agents gets their roles, step by step. */
export function stepsText(stack: StackId, migrations: readonly Migration[]): GeneratedFile {
  return writtenFile(stepsPath(stack), [
    `# Migration in stack ${stack.stackName} of account ${stack.account}`,
    ...migrations.flatMap((migration) => ['', ...stepsOf(stack, migration)]),
  ]);
}

function stepsOf(stack: StackId, { agent, definition, runtime, access }: Migration): string[] {
  const { agentName, arn, type, isAgent } = agent;
  const openDenies = access.open.filter(({ isDeny }) => isDeny).length;
  const decisions = [
    ...runtime.undecided === undefined ? [] : [`Its runtime: ${code(runtime.undecided)}`],
    ...access.open.map(({ policy, why, isDeny }) => `${isDeny ? 'A Deny' : 'A statement'} of ${code(policy)}: ${code(why)}`),
    ...definition.boundary === undefined ? [] : [`Its permissions boundary ${code(definition.boundary)}: set \`permissionsBoundary\`, if the agent must have it too`],
  ];
  const steps = [
    ...decisions.length === 0 ? [] : [`Decide what is below in \`${stack.stackName}.ts\`. From then on the file is yours: the command keeps it as it is.`],
    `Deploy \`${stackIdOf(stack)}\`. The agent joins with a role of its own. ${type === 'role' ? 'The old role' : 'The user'} works as before.`,
    ...isAgent ? ['This deployment replaces the adopted role: give all compute the new role in the same deployment, because the old one is denied everything in CloudFormation\'s clean-up.'] : [],
    runtime.undecided === undefined && !/^AgentRuntime\.(oidc|github|gitlab|terraform|eks)/.test(runtime.code)
      ? 'Declare the compute in this stack and give it the role of the agent (`role: bot.role`), or move the agent\'s declaration to the stack that has the compute before the first deployment.'
      : 'Give the workload the ARN of the new role, which `nhi show` prints.',
    `Policies of resources that name ${code(arn)} must name the new principal as well: keys, buckets, queues, roles that it assumes.`,
    'Look whether the old one is still used: `nhi inventory --last-accessed`. IAM is up to four hours late.',
    type === 'user' ? 'Deactivate the keys of the user, wait, then delete keys and user.' : isAgent
      ? 'Remove `replaces`, and deploy.' : 'Let its owner delete the old role.',
  ];
  return [
    `## ${agentName}`,
    `Before: ${code(arn)}`,
    '',
    ...steps.map((step, index) => `${index + 1}. ${step}`),
    ...decisions.length === 0 ? [] : ['', openDenies === 0 ? 'To decide:' : 'To decide, before it can be deployed:', ...decisions.map((decision) => `- ${decision}`)],
    '',
    `Taken over: ${access.taken.length} of ${access.taken.length + access.open.length} statements${access.ofRuntime.length === 0 ? '' : `; the runtime has ${access.ofRuntime.map(code).join(', ')}`}.`,
  ];
}

/** A span of code that no text can end: it is longer than any run of backticks in it. */
function code(text: string): string {
  const plain = escapeUnseen(text);
  const longest = Math.max(0, ...(plain.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${plain}${fence}` : `${fence} ${plain} ${fence}`;
}
