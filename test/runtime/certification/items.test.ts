import { declaredStages, digestOfGrants, grantsIn, itemsOf, probeOf, reductionPolicy, shownIn, textOfShown, undecided } from '../../../runtime/certification';
import { GrantRecord } from '../../../runtime/model/placement-state';

const READ: GrantRecord = { actions: ['dynamodb:GetItem', 'dynamodb:Query'], resources: ['<Invoices.Arn>'] };
const SEND: GrantRecord = { actions: ['sqs:SendMessage'], resources: ['<Queue.Arn>'] };
const nothing = { declared: [], granted: [], uses: new Map(), denied: [], peers: { agents: 0, having: new Map() }, peerSharePercent: 10 };

describe('the text of a stage', () => {
  const stage = (changes: object) => ({ stage: 'test', digest: digestOfGrants([READ, SEND]), grants: [READ, SEND], omitted: 0, ...changes });

  test('is known if it has the recorded digest', () => {
    expect(declaredStages([stage({})], new Map())).toMatchObject([{ text: 'known', grants: [READ, SEND] }]);
  });

  test('is taken from the template where the ledger has a part, if it has that digest', () => {
    expect(declaredStages([stage({ grants: [READ], omitted: 1 })], new Map([['test', [READ, SEND]]]))).toMatchObject([{ text: 'known', grants: [READ, SEND] }]);
  });

  test('is never shown as true if it has another digest', () => {
    expect(declaredStages([stage({ grants: [READ] })], new Map())).toMatchObject([{ text: 'differs', grants: [] }]);
    expect(declaredStages([stage({ grants: [READ], omitted: 1 })], new Map([['test', [READ]]]))).toMatchObject([{ text: 'differs', grants: [] }]);
  });

  test('is said to be a part if the template could not be read', () => {
    expect(declaredStages([stage({ grants: [READ], omitted: 1 })], new Map())).toMatchObject([{ text: 'partly', grants: [READ] }]);
  });
});

test('what IAM grants is read from any form of a statement, and what is denied is not', () => {
  const document = (Statement: unknown) => ({ document: JSON.stringify({ Version: '2012-10-17', Statement }) });
  expect(grantsIn([
    document({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }),
    document([{ Effect: 'Deny', Action: '*', Resource: '*' }, { Effect: 'Allow', NotAction: ['iam:*'], NotResource: 'a', Condition: { Bool: { x: 'true' } } }]),
    { document: 'null' },
  ])).toEqual([
    { actions: ['s3:GetObject'], resources: ['*'] },
    { actions: ['all but iam:*'], resources: ['all but a'], condition: '{"Bool":{"x":"true"}}' },
  ]);
});

describe('items', () => {
  test('are one for each service that is declared or granted', () => {
    expect(itemsOf({ ...nothing, declared: [READ, SEND], granted: [{ actions: ['KMS:Decrypt', '*'], resources: ['*'] }] }).map(({ service }) => service)).toEqual(['*', 'dynamodb', 'kms', 'sqs']);
  });

  test('name what is granted and not declared, and the other way round; patterns cover, without regard to case', () => {
    const [item] = itemsOf({ ...nothing, declared: [{ ...READ, actions: ['dynamodb:Get*', 'dynamodb:PutItem'] }], granted: [{ ...READ, actions: ['DynamoDB:getitem', 'dynamodb:Scan'] }] });
    expect(item).toMatchObject({ notDeclared: ['dynamodb:Scan'], notGranted: ['dynamodb:Get*', 'dynamodb:PutItem'], hasFindings: true });
  });

  test('are unused only if IAM says so', () => {
    const uses = new Map([['dynamodb', { verdict: 'unused' as const, evidence: 'x' }]]);
    const items = itemsOf({ ...nothing, declared: [READ, SEND], granted: [READ, SEND], uses });
    expect(items.map(({ service, findings, use }) => [service, findings, use.verdict])).toEqual([['dynamodb', ['unused'], 'unused'], ['sqs', [], 'unknown']]);
  });

  test('have another digest with other actions or resources, and the same with another use', () => {
    const digest = (declared: GrantRecord, uses = new Map()): string => (
      itemsOf({ ...nothing, declared: [declared], granted: [READ], uses })[0].digest);
    const all = [digest(READ), digest({ ...READ, actions: ['dynamodb:GetItem'] }), digest({ ...READ, resources: ['<Other.Arn>'] }), digest({ ...READ, condition: '{}' })];
    expect(new Set(all).size).toBe(4);
    expect(digest(READ, new Map([['dynamodb', { verdict: 'used', evidence: 'x' }]]))).toBe(digest(READ));
  });

  test('don\'t count a declared Deny as access', () => {
    expect(itemsOf({ ...nothing, declared: [{ ...SEND, effect: 'Deny' }] })).toEqual([]);
  });
});

describe('undecided', () => {
  const items = [{ service: 's3', digest: '1', hasFindings: false }];
  const shown = { key: '', sha256: '', at: '', declaration: '', items };
  const decision = (verdict: 'keep' | 'reduce' | 'request-change', by = 'ada', digest = '1') => ({ verdict, items: { s3: digest }, by, relation: 'sponsor' as const, at: '' });
  const left = (persons: number, ...decisions: ReturnType<typeof decision>[]): number => undecided({ shown, decisions }, persons).length;

  test.each([
    ['nothing', 1, [], 1],
    ['a keep', 1, [decision('keep')], 0],
    ['a keep of another content', 1, [decision('keep', 'ada', '2')], 1],
    ['a keep that the same person took back', 1, [decision('keep'), decision('request-change')], 1],
    ['a change that another person wants', 1, [decision('request-change', 'li'), decision('keep')], 1],
    ['a change that was answered', 1, [decision('request-change'), decision('keep')], 0],
    ['a keep, where two are needed', 2, [decision('keep')], 1],
    ['the same keep twice', 2, [decision('keep'), decision('keep')], 1],
    ['two keeps', 2, [decision('keep'), decision('keep', 'li')], 0],
    ['a reduction by one', 2, [decision('reduce')], 0],
  ])('after %s of %i: %#', (_what, persons, decisions, expected) => {
    expect(left(persons, ...decisions)).toBe(expected);
  });
});

test('the simulator is asked about a declared action, a known one of the service, or the action itself', () => {
  const denied = (action: string) => ({ action, by: 'ada', at: '' });
  expect(probeOf(denied('s3:PutObject'), [])).toBe('s3:PutObject');
  expect(probeOf(denied('s3:*'), ['s3:Get*', 's3:GetObject'])).toBe('s3:GetObject');
  expect(probeOf(denied('s3:*'), ['s3:Get*'])).toBe('s3:ListAllMyBuckets');
  expect(JSON.parse(reductionPolicy([denied('s3:*'), denied('kms:Decrypt'), denied('s3:*')]))).toMatchObject({ Statement: [{ Effect: 'Deny', Action: ['kms:Decrypt', 's3:*'], Resource: '*' }] });
});

test('what is shown is read only with its digest', () => {
  const { text, sha256 } = textOfShown({ kind: 'nhi-review', agentName: 'invoice-bot' } as never);
  expect(shownIn(text, sha256)).toMatchObject({ agentName: 'invoice-bot' });
  expect(shownIn(`${text} `, sha256)).toBeUndefined();
});

describe('peers of the stage', () => {
  const findingsOf = (having: number, agents: number, peerSharePercent = 10, service = 'dynamodb') => {
    const grant = { actions: [`${service}:GetItem`], resources: ['*'] };
    const peers = { agents, having: new Map([[service, having]]) };
    const [item] = itemsOf({ ...nothing, declared: [grant], granted: [grant], peers, peerSharePercent });
    return { findings: item.findings, peers: item.peers, hasFindings: item.hasFindings };
  };

  test('a service is a finding if fewer of them than the share declare it, and no finding if the share declares it', () => {
    expect(findingsOf(0, 10)).toEqual({ findings: ['wider-than-peers'], peers: { having: 0, of: 10 }, hasFindings: true });
    expect(findingsOf(1, 10)).toEqual({ findings: [], peers: { having: 1, of: 10 }, hasFindings: false });
    expect(findingsOf(9, 100).findings).toEqual(['wider-than-peers']);
    expect(findingsOf(10, 100).findings).toEqual([]);
    expect(findingsOf(19, 100, 20).findings).toEqual(['wider-than-peers']);
  });

  test('with fewer than ten of them, or of a service that AWS doesn\'t have, nothing is said', () => {
    expect(findingsOf(0, 9)).toEqual({ findings: [], peers: undefined, hasFindings: false });
    expect(findingsOf(0, 100, 10, 'made-up')).toEqual({ findings: [], peers: undefined, hasFindings: false });
  });

  test('a share of 0 switches it off', () => {
    expect(findingsOf(0, 100, 0).findings).toEqual([]);
  });

  test('they don\'t change what a decision is about', () => {
    const digest = (agents: number) => itemsOf({ ...nothing, declared: [READ], granted: [READ], peers: { agents, having: new Map() } })[0].digest;
    expect(digest(100)).toBe(digest(0));
  });
});

test('the policy that grants something is part of what a decision is about', () => {
  const digest = (source?: string) => itemsOf({ ...nothing, granted: [{ ...READ, ...(source === undefined ? {} : { source }) }] })[0].digest;
  expect(new Set([digest(), digest('policy of a'), digest('policy of b')]).size).toBe(3);
});
