import { aws_iam as iam } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { agent, codeOf, only, synthError } from './agents';
import { renderPlacement } from '../../../cli/render';
import { envelope, parseRequest } from '../../../runtime/aws/cloudformation';
import { renderCertificate } from '../../../runtime/evidence';
import { Change } from '../../../runtime/model/request';
import { ExceptionalAccess } from '../../../src/aws/access-rules';
import { ManagedAgentIdentity, ManagedAgentIdentityProps, OwnSecret } from '../../../src/aws/agent-identity';
import { AgentRuntime } from '../../../src/aws/agent-runtime';
import { Expiry, Sponsor } from '../../../src/core';
import { UNSEEN } from '../../../src/core/unseen';
import { REGISTRY, wireEvent } from '../../runtime/engine/wire';
import { certificate, leaving } from '../../runtime/evidence/left';

const ROLE = { RoleName: 'invoice-bot-test', RoleArn: 'arn:aws:iam::111122223333:role/agents/test/invoice-bot-test', RoleId: 'AROA000000000001' };
const person = { name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' };
const team = { name: 'Payables', mailbox: 'pay@example.com', accountableName: 'Ada Park', accountableEmail: 'ada.park@example.com', backupEmail: 'li.chen@example.com' };
const asTeam = (change: Partial<typeof team>): Partial<ManagedAgentIdentityProps> => ({ sponsor: Sponsor.team({ ...team, ...change }) });

interface Input {
  /** An allowed text, into which hostile text is inserted. */
  readonly calm: string;
  readonly props: (text: string) => Partial<ManagedAgentIdentityProps>;
  /** Where the text is in the properties for the engine. */
  readonly arrives: (properties: Record<string, any>) => unknown;
  /** Whether `nhi show` shows it. */
  readonly shown?: boolean;
  readonly tag?: string;
  readonly byCdk?: boolean;
  /** Where the text is written for people to read, it may arrive escaped. */
  readonly grant?: (bot: ManagedAgentIdentity, text: string) => void;
}

type StageAccess = { Grants: { Actions: string[]; Resources: string[]; Condition?: string }[] };
const granted = ({ Access: { Stages } }: Record<string, any>) => (Stages as StageAccess[])
  .flatMap(({ Grants }) => Grants.flatMap(({ Actions, Resources, Condition = '' }) => [...Actions, ...Resources, Condition])).join(' ');
const grantTo = (bot: ManagedAgentIdentity, props: iam.PolicyStatementProps) =>
  bot.access.grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::b/k'], ...props }));

const INPUTS: Record<string, Input> = {
  'the purpose': { calm: 'Matches invoices', props: (purpose) => ({ purpose }), arrives: ({ Purpose }) => Purpose, shown: true },
  'the agent\'s name': {
    calm: 'invoice-bot', props: (agentName) => ({ agentName }), arrives: ({ AgentName }) => AgentName, tag: 'agent:name',
  },
  'the sponsor\'s name': { calm: 'Ada Park', props: (name) => ({ sponsor: Sponsor.person({ ...person, name }) }), arrives: ({ Sponsor: { Name } }) => Name, shown: true },
  'the sponsor\'s address': { calm: 'ada.park@example.com', props: (email) => ({ sponsor: Sponsor.person({ ...person, email }) }), arrives: ({ Sponsor: { Email } }) => Email, shown: true, tag: 'agent:sponsor' },
  'the backup': { calm: 'li.chen@example.com', props: (backupEmail) => ({ sponsor: Sponsor.person({ ...person, backupEmail }) }), arrives: ({ Sponsor: { BackupEmail } }) => BackupEmail, shown: true },
  'the sponsor\'s id': { calm: 'E-17', props: (id) => ({ sponsor: Sponsor.person({ ...person, id }) }), arrives: ({ Sponsor: { Id } }) => Id, shown: true, tag: 'agent:sponsor' },
  'the cost centre': {
    calm: 'CC 4', props: (costCenter) => ({ sponsor: Sponsor.person({ ...person, costCenter }) }), arrives: ({ Sponsor: { CostCenter } }) => CostCenter, tag: 'agent:cost-center',
  },
  'the team\'s name': { calm: 'Payables', props: (name) => asTeam({ name }), arrives: ({ Sponsor: { Name } }) => Name },
  'the team\'s mailbox': { calm: 'pay@example.com', props: (mailbox) => asTeam({ mailbox }), arrives: ({ Sponsor: { Email } }) => Email },
  'the accountable name': { calm: 'Ada Park', props: (accountableName) => asTeam({ accountableName }), arrives: ({ Sponsor: { AccountableName } }) => AccountableName, shown: true },
  'the accountable address': { calm: 'ada.park@example.com', props: (accountableEmail) => asTeam({ accountableEmail }), arrives: ({ Sponsor: { AccountableEmail } }) => AccountableEmail, shown: true, tag: 'agent:sponsor' },
  'the reason of an exception': {
    calm: 'publishes its figures',
    props: (reason) => ({ accessExceptions: [ExceptionalAccess.of({ actions: ['s3:GetObject'], reason, until: Expiry.on('2998-01-01') })] }),
    arrives: ({ Exceptions: [{ Reason }] }) => Reason,
    shown: true,
  },
  'an action of an exception': {
    calm: 's3:GetObject',
    props: (action) => ({ accessExceptions: [ExceptionalAccess.of({ actions: [action], reason: 'publishes its figures', until: Expiry.on('2998-01-01') })] }),
    arrives: ({ Exceptions: [{ Actions: [action] }] }) => action,
    shown: true,
  },
  'an own secret': { calm: 'agents/invoice-bot/token', props: (name) => ({ ownSecrets: [OwnSecret.named(name)] }), arrives: ({ OwnSecrets: [name] }) => name },
  'a granted resource': { calm: 'arn:aws:s3:::b/k', props: () => ({}), grant: (bot, text) => grantTo(bot, { resources: [text] }), arrives: granted },
  'a granted action': { calm: 's3:GetObject', props: () => ({}), grant: (bot, text) => grantTo(bot, { actions: [text] }), arrives: granted },
  'a condition of a grant': {
    calm: 'invoices', props: () => ({}), grant: (bot, text) => grantTo(bot, { conditions: { StringEquals: { 's3:prefix': text } } }), arrives: granted,
  },
  'whom the agent trusts': {
    calm: 'arn:aws:iam::111122223333:role/broker',
    props: (text) => ({ runtime: AgentRuntime.of({ principal: new iam.ArnPrincipal(text) }) }),
    grant: () => undefined,
    arrives: ({ Access: { Trusted } }) => Trusted.join(' '),
  },
  'the permissions boundary': {
    calm: 'arn:aws:iam::111122223333:policy/edge',
    props: (managedPolicyArn) => ({ permissionsBoundary: { managedPolicyArn } as iam.IManagedPolicy }),
    arrives: ({ Boundary }) => Boundary,
    byCdk: true,
  },
  'transferTo': { calm: 'New', props: (transferTo) => ({ transferTo }), arrives: ({ TransferTo }) => TransferTo },
  'transferFrom': { calm: 'Old', props: (transferFrom) => ({ transferFrom }), arrives: ({ TransferFrom }) => TransferFrom },
};

const HOSTILE = [
  '{{resolve:secretsmanager:prod/db:SecretString:password}}', '{{resolve:ssm:/x}}', '{{ resolve:ssm-secure:x }}', '${Token[TOKEN.7]}', '#{Token[TOKEN.7]}', '\r\nBcc: eve@example.com', '\n', '\u001b[2J\u001b[1A',
  '\u009b2J', '\u202e', '\u2066', '\u200b', '\ufeff', '\u0000', '\u2028', '\ud800', '\u{e0041}', ' ', '\u00a0', '${AWS::Region}', '${aws:username}', '%s', '<b>', '"', '\\', '*', '?', '😀',
];

/** What a text came to: a code, or what arrived. */
interface Outcome { code?: string; arrived?: unknown; tags?: Record<string, string>; screens?: string[]; properties?: Record<string, any> }

function outcome({ props, arrives, grant }: Input, text: string): Outcome {
  let properties: Record<string, any> = {};
  let tags: { Key: string; Value: string }[] = [];
  const code = codeOf(() => {
    const { bot, template: synthesize } = agent(props(text));
    grant?.(bot, text);
    const template = synthesize();
    properties = only(template, 'Custom::AgentLifecycle').Properties;
    tags = only(template, 'AWS::IAM::Role').Properties.Tags;
  });
  if (code !== undefined) {
    return { code };
  }
  const roleName = `${properties.AgentName}-test`;
  const role = { ...ROLE, RoleName: roleName, RoleArn: ROLE.RoleArn.replace('invoice-bot-test', roleName) };
  const { intent } = parseRequest(envelope.parse(wireEvent({ ResourceProperties: { ...properties, ...role } })), REGISTRY);
  const { declared } = intent as Change;
  return {
    properties,
    arrived: arrives(properties),
    tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])),
    screens: [
      renderPlacement({ ...leaving(), declared }, new Date()),
      renderCertificate({
        certificate: certificate({ purpose: declared.purpose, sponsor: { id: declared.sponsor.id, name: declared.sponsor.name } }),
      }),
    ],
  };
}

// The CDK's own validation warns about each `${...}`. CloudFormation leaves it unchanged outside of Fn::Sub.
beforeAll(() => void jest.spyOn(console, 'error').mockImplementation(() => undefined));
afterAll(() => jest.restoreAllMocks());

/** CDK checks some by itself, with codes and messages of its own. */
const codeFor = ({ grant, byCdk }: Input, code: string) => (grant === undefined && byCdk !== true ? code : code.split(': ')[0]);

const CODE = /^[A-Z][A-Za-z]+$/;

describe.each(Object.entries(INPUTS))('%s', (_name, input) => {
  test('a calm one arrives', () => {
    expect(outcome(input, input.calm).arrived ?? input.calm).toContain(input.calm);
  });

  test('whatever it holds arrives as it was given, in template, tags, engine and command, or is refused with a code', () => {
    const at = fc.nat({ max: input.calm.length });
    const hostile = fc.tuple(at, fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...HOSTILE) }, { weight: 1, arbitrary: fc.string({ unit: 'binary', size: 'max', maxLength: 2_000 }) }))
      .map(([index, text]) => `${input.calm.slice(0, index)}${text}${input.calm.slice(index)}`);
    fc.assert(fc.property(hostile, (text) => {
      const { code, arrived, tags = {}, screens = [] } = outcome(input, text);
      if (code !== undefined) {
        expect(codeFor(input, code)).toMatch(CODE);
        return;
      }
      const told = input.grant === undefined ? text : String(arrived);
      expect(arrived ?? text).toBe(told);
      expect(told).not.toMatch(UNSEEN);
      expect(told).not.toMatch(/\{\{\s*resolve/i);
      expect(input.tag === undefined ? text : tags[input.tag]).toBe(text);
      expect(input.shown === true ? screens[0] : text).toContain(text);
      expect(screens.join('')).not.toMatch(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/u);
    }), { numRuns: 25 });
  });
});

test.each(Object.entries(INPUTS))('no dynamic reference gets through %s', (_name, input) => {
  for (const reference of ['{{resolve:ssm:/x}}', '{{{resolve:ssm:/x}}}', '{{{{resolve:ssm:/x}}}}']) {
    const { code, arrived } = outcome(input, `${input.calm}${reference}`);
    expect(input.grant === undefined ? code : codeFor(input, code ?? 'Escaped')).toMatch(CODE);
    expect(String(arrived)).not.toContain('{{');
  }
});

test('an aspect can\'t set a boundary that CloudFormation would look up', () => {
  const { stack, bot } = agent();
  (bot.role.node.defaultChild as iam.CfnRole).addPropertyOverride('PermissionsBoundary', '{{resolve:ssm:/x}}');
  expect(synthError(stack)).toContain('DynamicReference: Own/Bot: the permissions boundary');
});

test.each(['\n', '\u202e', '\u001b[2J'])('the engine refuses %j in grants, trusted principals and exceptions', (unseen) => {
  const { Access, ...properties } = outcome(INPUTS['a granted resource'], 'arn:aws:s3:::b/k').properties!;
  const [stage] = Access.Stages;
  const request = (change: object) => codeOf(() =>
    parseRequest(envelope.parse(wireEvent({ ResourceProperties: { ...properties, Access, ...ROLE, ...change } })), REGISTRY));
  const withGrant = (change: object) => ({ Access: { ...Access, Stages: [{ ...stage, Grants: [{ ...stage.Grants[0], ...change }] }] } });
  expect(request({})).toBeUndefined();
  expect([
    withGrant({ Actions: [`s3:${unseen}`] }), withGrant({ Resources: [unseen] }), withGrant({ Condition: unseen }),
    { Access: { ...Access, Trusted: [unseen] } }, { Access: { ...Access, Boundary: unseen } },
    { Exceptions: [{ Actions: [unseen], Reason: 'x', Until: '2998-01-01' }] },
  ].map(request)).toEqual(Array(6).fill('PropertiesInvalid'));
});

test('what a tag can\'t hold of a purpose is a space there, and whole for the engine', () => {
  const purpose = 'Pays (most) invoices & bills';

  expect(outcome(INPUTS['the purpose'], purpose)).toMatchObject({ arrived: purpose, tags: { 'agent:purpose': 'Pays most invoices bills' } });
});
