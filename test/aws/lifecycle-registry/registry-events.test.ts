import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, aws_events as events, aws_events_targets as targets, aws_sqs as sqs, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { codeOf, ENV, logicalIds, platform } from './platform';
import { AgentEvent, LifecycleRegistry, OnAgentEventOptions } from '../../../src/aws/lifecycle-registry';
import { EVENT_TABLE, GOOGLE_ONLY_EVENTS } from '../../../src/core/event-table';
import { eventNameOf } from '../../../src/core/lifecycle-event';

const SOURCES = ['engine', 'model'].map((folder) => join(__dirname, '..', '..', '..', 'runtime', folder));
const SENT = [/\bname: '([a-z-]+)'/g, /^ *\['([a-z]+-changed)', /gm, /\bname = .*\? '([a-z-]+)' : '[a-z-]+'/g, /\bname = .* : '([a-z-]+)'/g];

const named = (events_: AgentEvent[]) => events_.map(({ name }) => name).sort();
const target = (stack: Stack) => new targets.SqsQueue(new sqs.Queue(stack, 'Queue'));

function ruleOf(options: OnAgentEventOptions): Record<string, unknown> {
  const { registry, template } = platform();
  registry.onEvent('Tell', options);
  const [rule] = Object.values(template().findResources('AWS::Events::Rule')).filter(({ Properties }) => Properties.EventPattern.detail?.source !== undefined
    && Properties.EventPattern.detail.stateMachineArn === undefined);
  return rule.Properties as Record<string, unknown>;
}

describe('AgentEvent', () => {
  test('has all events of the table but those of Google, each as a member of its own', () => {
    const sent = Object.keys(EVENT_TABLE).filter((name) => !(GOOGLE_ONLY_EVENTS as readonly string[]).includes(name)).sort();
    const members = Object.values(AgentEvent).filter((member): member is AgentEvent => member instanceof AgentEvent);
    expect(named(AgentEvent.all())).toEqual(sent);
    expect(named(members)).toEqual(sent);
    expect(Object.entries(AgentEvent).filter(([member, { name }]) => member.toLowerCase().replaceAll('_', '-') !== name)).toEqual([]);
  });

  test.each(AgentEvent.all().map((event) => [event.name, event] as const))('%s has the type that is sent', (name, { type }) => {
    expect(type).toBe(`nhi.lifecycle.${name}.v1`);
    expect(eventNameOf(type)).toBe(name);
  });

  test('only names what the engine sends', () => {
    const sources = SOURCES.flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => readFileSync(join(folder, file), 'utf8')));
    const sent = new Set(sources.flatMap((source) => SENT.flatMap((pattern) => [...source.matchAll(pattern)].map(([, name]) => name))));
    expect(named(AgentEvent.all()).filter((name) => !sent.has(name))).toEqual([]);
  });
});

describe('onEvent', () => {
  test.each([
    ['onJoined', 'joined'],
    ['onMoved', 'moved'],
    ['onLeft', 'left'],
  ] as const)('%s passes on %s of this registry and account only', (method, name) => {
    const { stack, registry, template } = platform();
    registry[method]('Tell', { target: target(stack), ruleName: 'tell-audit' });
    template().hasResourceProperties('AWS::Events::Rule', {
      Name: 'tell-audit',
      EventBusName: { Ref: logicalIds(template(), 'AWS::Events::EventBus')[0] },
      EventPattern: { account: ['111122223333'], detail: { source: ['/nhi/agents'], type: [`nhi.lifecycle.${name}.v1`] } },
      Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Queue'), 'Arn'] } })],
    });
  });

  test('passes on the named ones, or all', () => {
    expect(ruleOf({ agentEvents: [AgentEvent.TRANSITION_FAILED, AgentEvent.ORPHAN_FOUND] })).toMatchObject({
      Description: 'Lifecycle events of the registry agents: transition-failed, orphan-found',
      EventPattern: { detail: { type: ['nhi.lifecycle.transition-failed.v1', 'nhi.lifecycle.orphan-found.v1'] } },
    });
    expect(ruleOf({})).toMatchObject({ Description: 'Lifecycle events of the registry agents: all', EventPattern: { detail: { type: [{ prefix: 'nhi.lifecycle.' }] } } });
  });

  test('takes targets later too', () => {
    const { stack, registry, template } = platform();
    registry.onEvent('Tell').addTarget(target(stack));
    template().hasResourceProperties('AWS::Events::Rule', { EventPattern: { account: ['111122223333'] }, Targets: [Match.anyValue()] });
  });

  test('EventsMissing: fails when it names none', () => {
    const { registry } = platform();
    expect(codeOf(() => registry.onEvent('Tell', { agentEvents: [] }))).toBe('EventsMissing');
  });

  test('takes name, description and a narrower pattern', () => {
    const eventPattern = { region: ['eu-west-1'], detail: { subject: [{ suffix: '/invoice-bot' }] } };
    expect(ruleOf({ ruleName: 'audit', description: 'For the auditors', agentEvents: [AgentEvent.LEFT], eventPattern })).toMatchObject({
      Name: 'audit',
      Description: 'For the auditors',
      EventPattern: {
        account: ['111122223333'],
        region: ['eu-west-1'],
        detail: { source: ['/nhi/agents'], type: ['nhi.lifecycle.left.v1'], subject: [{ suffix: '/invoice-bot' }] },
      },
    });
  });

  test.each<[string, events.EventPattern]>([
    ['another registry\'s', { detail: { source: ['/nhi/others'] } }],
    ['other types\'', { detail: { type: ['nhi.lifecycle.joined.v1'] } }],
    ['another account\'s', { account: ['444455556666'] }],
  ])('EventPatternTaken: a pattern doesn\'t open it to %s', (_whose, eventPattern) => {
    const { registry } = platform();
    expect(codeOf(() => registry.onEvent('Tell', { agentEvents: [AgentEvent.LEFT], eventPattern }))).toBe('EventPatternTaken');
  });

  test('on a registry known by its name', () => {
    const stack = new Stack(new App(), 'Other', { env: ENV });
    LifecycleRegistry.fromRegistryName(stack, 'Agents', 'fleet').onLeft('Tell', { target: target(stack) });
    Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', { EventBusName: 'fleet-nhi-lifecycle', EventPattern: { detail: { source: ['/nhi/fleet'] } } });
  });
});
