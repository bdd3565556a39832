import { Stack, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { fleetOf, fleetOfFile, ROW, stacksOf } from './fleets';
import { AgentFleet } from '../../../src/aws/agent-fleet';
import { stackOfAgent } from '../../../src/aws/agent-fleet/stack-of-agent';
import { AgentDefaults } from '../../../src/aws/agent-identity';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { AgentStage, Expiry } from '../../../src/core';
import { ADA, codeOf, synthError } from '../agent-identity/agents';

const lifecycle = (stack: Stack, properties: Record<string, unknown>) => Template.fromStack(stack).hasResourceProperties('Custom::AgentLifecycle', Match.objectLike(properties));
const names = (fleet: AgentFleet) => fleet.agents.map(({ agentName }) => agentName);

describe('a row is an agent', () => {
  test('with everything that it says', () => {
    const fleet = fleetOf([{ ...ROW, team: 'Finance', teamMailbox: 'finance@example.com', sponsorId: 'u-17', costCenter: 'cc-4', runtime: 'lambda', expires: '2999-03-31T12:00:00Z' }]);
    const bot = fleet.agent('invoice-bot');

    expect(bot.stage).toBe(AgentStage.TEST);
    expect(Stack.of(bot).stackName).toBe('one');
    lifecycle(Stack.of(bot), {
      AgentName: 'invoice-bot',
      Purpose: ROW.purpose,
      Stage: 'test',
      Sponsor: Match.objectLike({ Name: 'Finance', Email: 'finance@example.com', AccountableName: 'Ada Park', BackupEmail: 'li.chen@example.com', Id: 'u-17', CostCenter: 'cc-4' }),
      ExpiresAt: '2999-03-31T12:00:00Z',
    });
    Template.fromStack(Stack.of(bot)).hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: Match.objectLike({ Statement: Match.arrayWith([Match.objectLike({ Principal: { Service: 'lambda.amazonaws.com' } })]) }),
    });
  });

  test('of the same kind in a file and in code', () => {
    const columns = Object.keys(ROW);
    const ofFile = fleetOfFile(`\ufeff${columns.join(',')}\r\n${columns.map((column) => ROW[column]).join(',')}\r\n`);

    expect(Template.fromStack(Stack.of(ofFile.agent('invoice-bot'))).toJSON()).toEqual(Template.fromStack(Stack.of(fleetOf([ROW]).agent('invoice-bot'))).toJSON());
  });

  test('and what it leaves empty, it has from the defaults of its stack', () => {
    const stacks = stacksOf('one', 'two');
    AgentDefaults.of(stacks.one.node.root).set({ sponsor: ADA, stage: AgentStage.TEST, expires: Expiry.on('2999-01-01'), runtime: AgentRuntime.ec2() });
    AgentDefaults.of(stacks.two).set({ stage: AgentStage.PRODUCTION });
    const purpose = 'Tries defaults';
    const fleet = AgentFleet.fromRows([{ agentName: 'first-bot', purpose, stack: 'one' }, { agentName: 'second-bot', purpose, stack: 'two', stage: '' }], { stacks });

    expect(fleet.agents.map(({ stage }) => stage.name)).toEqual(['test', 'production']);
    lifecycle(stacks.two, { Sponsor: Match.objectLike({ Name: 'Ada Park' }) });
  });

  test('whose end reviews carry on, if the column says so', () => {
    const fleet = fleetOf([{ ...ROW, expires: '', certifiedUntil: '2999-03-31' }]);

    lifecycle(Stack.of(fleet.agent('invoice-bot')), { ExpiresAt: '2999-04-01T00:00:00Z', UntilCertified: 'true' });
  });

  test('in a stage and on a runtime that the code names', () => {
    const stages = [AgentStage.of('canary')];
    const runtimes = { deployer: AgentRuntime.gitlab({ projectPath: 'acme/finance', branch: 'main' }) };
    expect(codeOf(() => fleetOf([{ ...ROW, runtime: 'deployer' }]))).toBe('FleetInvalid');
    expect(names(fleetOf([{ ...ROW, runtime: 'deployer' }], { runtimes }))).toEqual(['invoice-bot']);
    // The registry has no such stage, which only the agent's construct knows.
    expect(() => fleetOf([{ ...ROW, stage: 'canary' }], { stages })).toThrow(/row 1: StageUnknown: one\/invoice-bot: the registry agents has no stage "canary"/);
  });
});

describe('a fleet', () => {
  const rows = [ROW, { ...ROW, agentName: 'dunning-bot', access: 'read-invoices', ticket: 'ITSM-1' }, { ...ROW, agentName: 'vendor-bot', stack: 'two' }];

  test('gives its agents, in the order of their rows, and each by its name', () => {
    const fleet = fleetOf(rows, { access: ['read-invoices'], ownColumns: ['ticket'] });

    expect(names(fleet)).toEqual(['invoice-bot', 'dunning-bot', 'vendor-bot']);
    expect(fleet.agent('vendor-bot').agentName).toBe('vendor-bot');
    expect(codeOf(() => fleet.agent('other-bot'))).toBe('AgentNotInFleet');
    expect(codeOf(() => fleet.agent('constructor'))).toBe('AgentNotInFleet');
  });

  test('gives the agents that name an access, and the cells of own columns', () => {
    const fleet = fleetOf(rows, { access: ['read-invoices', 'write-invoices'], ownColumns: ['ticket'] });

    expect(fleet.withAccess('read-invoices')).toEqual([fleet.agent('dunning-bot')]);
    expect(fleet.withAccess('write-invoices')).toEqual([]);
    expect(codeOf(() => fleet.withAccess('read'))).toBe('AccessUnknown');
    expect([fleet.cell('dunning-bot', 'ticket'), fleet.cell('invoice-bot', 'ticket')]).toEqual(['ITSM-1', '']);
    expect(codeOf(() => fleet.cell('dunning-bot', 'purpose'))).toBe('ColumnUnknown');
  });

  test('is refused if its rows name access that the code grants to no agent', () => {
    const [granted, forgotten] = [fleetOf(rows, { access: ['read-invoices'], ownColumns: ['ticket'] }), fleetOf(rows, { access: ['read-invoices'], ownColumns: ['ticket'] })];
    granted.withAccess('read-invoices');

    expect(synthError(Stack.of(granted.agents[0]))).toBe('');
    expect(synthError(Stack.of(forgotten.agents[0]))).toContain('AccessNotGranted: one/dunning-bot: its row names the access "read-invoices"');
  });

  test('takes what all agents can have, such as tags', () => {
    const fleet = fleetOf(rows, { access: ['read-invoices'], ownColumns: ['ticket'] });
    fleet.withAccess('read-invoices').forEach((bot) => Tags.of(bot).add('ticket', fleet.cell(bot.agentName, 'ticket')));

    Template.fromStack(Stack.of(fleet.agents[0])).hasResourceProperties('AWS::IAM::Role', { RoleName: 'dunning-bot-test', Tags: Match.arrayWith([{ Key: 'ticket', Value: 'ITSM-1' }]) });
  });
});

describe('agents without a stack of their own', () => {
  const STACKS = Array.from({ length: 10 }, (_, index) => `stack${index}`);
  const many = Array.from({ length: 1_000 }, (_, index) => ({ ...ROW, agentName: `agent-${index}`, stack: '' }));

  test('are spread evenly enough that 1,000 fit in ten stacks, within CloudFormation\'s limit of 500 resources', () => {
    const stacks = stacksOf(...STACKS);
    const fleet = AgentFleet.fromRows(many, { stacks, spreadOver: STACKS });
    const counts = STACKS.map((name) => fleet.agents.filter((bot) => Stack.of(bot) === stacks[name]).length);
    const fullest = STACKS[counts.indexOf(Math.max(...counts))];

    expect(fleet.agents).toHaveLength(1_000);
    expect(Math.min(...counts)).toBeGreaterThan(50);
    expect(Math.max(...counts)).toBeLessThan(150);
    expect(Object.keys(Template.fromStack(stacks[fullest]).toJSON().Resources as object)).toHaveLength(3 * Math.max(...counts));
  });

  test('stay where they are when rows are added, removed or sorted, and when the stacks are named in another order', () => {
    const placed = (rows: typeof many, over: string[]) => {
      const fleet = AgentFleet.fromRows(rows, { stacks: stacksOf(...over), spreadOver: over });
      return Object.fromEntries(fleet.agents.map((bot) => [bot.agentName, Stack.of(bot).stackName]));
    };
    const [before, later] = [placed(many.slice(0, 40), STACKS), placed(many.slice(0, 60).reverse(), [...STACKS].reverse())];

    expect(later).toMatchObject(before);
    expect(new Set(Object.values(before)).size).toBeGreaterThan(5);
  });

  test('move at most to the new stack when one is added: the others keep theirs', () => {
    const moved = many.map(({ agentName }) => [stackOfAgent(agentName, STACKS), stackOfAgent(agentName, [...STACKS, 'further'])]).filter(([before, after]) => before !== after);

    expect(moved.length).toBeGreaterThan(0);
    expect(moved.filter(([, after]) => after !== 'further')).toEqual([]);
  });

  test('are in the only stack, if there is one; with several and no spreadOver their rows are refused', () => {
    const row = { ...ROW, stack: '' };

    expect(Stack.of(fleetOf([row], { stacks: stacksOf('only') }).agents[0]).stackName).toBe('only');
    expect(() => fleetOf([row])).toThrow(/row 1, column stack: CellMissing: the cell is empty, and spreadOver names no stacks: use one of one, two/);
  });

  test('a stack that would have too many is refused before CloudFormation does', () => {
    const three = many.slice(0, 3).map((row) => ({ ...row, stack: 'one' }));

    expect(() => fleetOf(three, { agentsPerStack: 2 })).toThrow(/column stack: StackFull: stack "one" would have 3 agents, and agentsPerStack allows 2/);
    expect(fleetOf(three, { agentsPerStack: 3 }).agents).toHaveLength(3);
  });
});
