import { AccessCode, accessCode } from './access-code';
import { commentLines, literal } from './literal';
import { RuntimeCode, runtimeCode } from './runtime-code';
import { classNameOf, StackId, stackPath } from './stack-names';
import { stageCode, stageName } from './stage-code';
import { agentsLine, GeneratedFile, writtenFile } from './written-file';
import { InvalidInputError } from '../../../src/core/errors';
import { AgentRow, Definition, Place } from '../model';

/** An agent with a role of its own, as code. */
export interface Migration {
  readonly agent: AgentRow;
  readonly definition: Definition;
  readonly runtime: RuntimeCode;
  readonly access: AccessCode;
}

/** What a stack's file declares. */
export interface StackCode {
  readonly file: GeneratedFile;
  readonly migrations: readonly Migration[];
}

const LIBRARY = 'cdk-nhi-lifecycle';

/** The lines that declare an agent, and what they use besides what every agent does. */
interface Block {
  readonly lines: readonly string[];
  readonly uses: readonly string[];
}

/** The file of a stack. It follows from the rows and what IAM has of their identities, and from nothing else. */
export function stackCode(stack: StackId, agents: readonly AgentRow[], definitions: ReadonlyMap<string, Definition>, place: Place): StackCode {
  const migrations = agents.filter(({ how }) => how === 'migrate').map((agent) => migrationOf(agent, definitions, place));
  const blocks = agents.map((agent) => (agent.how === 'adopt' ? adoption(agent) : migration(migrations.find((one) => one.agent === agent)!)));
  const stages = stageCode(agents.map(({ stage }) => stage));
  const uses = new Set([...blocks.flatMap((block) => block.uses), ...stages.uses]);
  const used = (names: readonly string[]): string[] => names.filter((name) => uses.has(name));
  const modules = used(['eks', 'iam']).map((name) => `aws_${name} as ${name}`);
  const lines = [
    agentsLine(agents, place),
    '// Change the table and run the command again. It keeps a file that a person has edited as it is.',
    `import { ${[...used(['Annotations', 'Duration']), 'Stack', 'StackProps', ...modules].join(', ')} } from 'aws-cdk-lib';`,
    `import { ${['LifecycleRegistry', 'ManagedAgentIdentity', 'AgentStage', 'Expiry', 'Sponsor', ...used(['AdoptionRemoval', 'AgentRuntime'])].sort().join(', ')} } from '${LIBRARY}';`,
    'import { Construct } from \'constructs\';',
    '',
    `export class ${classNameOf(stack)} extends Stack {`,
    '  public constructor(scope: Construct, id: string, props: StackProps = {}) {',
    `    super(scope, id, { ...props, stackName: ${literal(stack.stackName)}, env: ${literal({ account: stack.account, region: place.region })} });`,
    ...stages.constants.map((line) => `    ${line}`),
    `    const registry = LifecycleRegistry.fromRegistryName(this, 'Registry', ${literal(place.registry)}${stages.reference});`,
    ...blocks.flatMap((block) => ['', ...block.lines.map((line) => `    ${line}`)]),
    '  }',
    '}',
  ];
  return { file: writtenFile(stackPath(stack), lines), migrations };
}

function migrationOf(agent: AgentRow, definitions: ReadonlyMap<string, Definition>, { registry }: Place): Migration {
  const definition = definitions.get(agent.arn);
  if (definition === undefined) {
    throw new InvalidInputError('IdentityMissing', `nothing is known of ${agent.arn}`);
  }
  const runtime = runtimeCode(definition, agent.agentName);
  return { agent, definition, runtime, access: accessCode(definition, registry, runtime.code.startsWith('AgentRuntime.lambda(')) };
}

function props({ agentName, purpose, sponsor, stage, expires }: AgentRow): string[] {
  const { kind, name, email, accountableName, accountableEmail, backupEmail } = sponsor;
  return [
    'registry,',
    `agentName: ${literal(agentName)},`,
    `purpose: ${literal(purpose)},`,
    `sponsor: ${kind === 'person' ? `Sponsor.person(${literal({ name, email, backupEmail })})`
      : `Sponsor.team(${literal({ name, mailbox: email, accountableName, accountableEmail, backupEmail })})`},`,
    `stage: ${stageName(stage)},`,
    `expires: Expiry.${expires.includes('T') ? 'at' : 'on'}(${literal(expires)}),`,
  ];
}

function oldRole({ agentName, arn }: AgentRow): string {
  return `iam.Role.fromRoleArn(this, ${literal(`OldRole-${agentName}`)}, ${literal(arn)})`;
}

function adoption(agent: AgentRow): Block {
  const { agentName, onRemoval } = agent;
  const lines = [
    `ManagedAgentIdentity.adopt(this, ${literal(agentName)}, {`,
    ...[...props(agent), `role: ${oldRole(agent)},`].map((line) => `  ${line}`),
    ...onRemoval === 'leave' ? [] : ['  onRemoval: AdoptionRemoval.RELEASE, // without this line, the role is denied everything for good when the agent is removed'],
    '});',
  ];
  return { lines, uses: ['iam', ...onRemoval === 'leave' ? [] : ['AdoptionRemoval']] };
}

function migration({ agent, runtime, access }: Migration): Block {
  const { agentName, stage, isAgent } = agent;
  const name = variableOf(agentName);
  const isToDecide = access.open.length > 0 || runtime.undecided !== undefined;
  const isUsed = access.taken.length > 0 || isToDecide;
  const warnings = access.open.filter(({ isDeny }) => !isDeny).length;
  const lines = [
    ...runtime.hint === undefined ? [] : commentLines(`Better: ${runtime.hint}`),
    `${isUsed ? `const ${name} = ` : ''}new ManagedAgentIdentity(this, ${literal(agentName)}, {`,
    ...props(agent).map((line) => `  ${line}`),
    `  runtime: ${runtime.code},`,
    ...isAgent ? [`  replaces: ${oldRole(agent)}, // remove it with the deployment after this one`] : [],
    '});',
    ...runtime.undecided === undefined ? [] : [
      ...commentLines(`To decide: its runtime: ${runtime.undecided}. Until then no one can assume its role.`),
      `Annotations.of(${name}).addError(${literal(`RuntimeUndecided: agent ${agentName}: ${runtime.undecided}: write its runtime, and remove this line`)});`,
    ],
    ...access.ofRuntime.map((policy) => commentLines(`${policy} is not needed: the runtime has it.`)).flat(),
    ...access.taken.flatMap(({ policy, statement }) => [
      ...commentLines(`From ${policy}`),
      `${name}.accessIn(${stageName(stage)}).grantPrincipal.addToPrincipalPolicy(iam.PolicyStatement.fromJson(${literal(statement)}));`,
    ]),
    ...access.open.flatMap(({ policy, why, text }) => [
      ...commentLines(`To decide: ${policy}: ${why}.`),
      ...text === undefined ? [] : commentLines(`${name}.accessIn(${stageName(stage)}).grantPrincipal.addToPrincipalPolicy(iam.PolicyStatement.fromJson(${text}));`),
    ]),
    ...warnings === 0 ? [] : [
      `Annotations.of(${name}).addWarningV2('nhi-adopt:AccessUndecided', ${literal(`agent ${agentName} has less access than ${agent.arn}: decide the ${warnings} of its statements in the comments, and remove this line`)});`,
    ],
    ...access.open.some(({ isDeny }) => isDeny) ? [
      `Annotations.of(${name}).addError(${literal(`DenyUndecided: agent ${agentName}: a Deny of ${agent.arn} could not be taken over: decide the ones in the comments, and remove this line`)});`,
    ] : [],
  ];
  return { lines, uses: ['AgentRuntime', ...runtime.modules, ...access.taken.length > 0 || isAgent ? ['iam'] : [], ...isToDecide ? ['Annotations'] : []] };
}

/** Two agents never have the same variable: a name has no underscore and no capital. */
function variableOf(agentName: string): string {
  return `${agentName.replace(/-([a-z])/g, (_, next: string) => next.toUpperCase()).replace(/-/g, '_')}Agent`;
}
