import { FakeGoogle } from '../../../e2e/google/fake-google';
import { BUCKET, Life } from '../life';

async function joined(): Promise<Life> {
  const life = new Life();
  await life.join();
  return life;
}

/** Another agent, in another project of the same registry. */
const other = (life: Life, more: object = {}) => life.record({ project: 'acme-mail', agentName: 'mail-bot', accountEmail: 'mail-bot@acme-mail.iam.gserviceaccount.com', accountUniqueId: '77', ...more });

describe('list', () => {
  test('has status, stage, sponsor, end and stack, living agents first', async () => {
    const life = await joined();
    await other(life, { sponsorId: 'li.chen@example.com', expires: '2026-12-01T00:00:00Z' });
    await life.teardown();
    life.deleteAccount();
    await life.leave();
    expect((await life.nhi('list')).out).toBe([
      'agent        status  stage  sponsor               ends                  stack  trouble',
      'mail-bot     active  test   li.chen@example.com   2026-12-01T00:00:00Z  own',
      'invoice-bot  left    test   ada.park@example.com  2027-04-01T00:00:00Z  own',
    ].join('\n'));
  });

  test.each<[string[], string[]]>([
    [[], ['invoice-bot', 'mail-bot']],
    [['--google-project', 'acme-mail'], ['mail-bot']],
    [['--sponsor', 'LI.CHEN@example.com'], ['mail-bot']],
    [['--status', 'ended'], ['mail-bot']],
    [['--ending', '30'], ['mail-bot']],
    [['--ending', '400'], ['mail-bot', 'invoice-bot']],
  ])('with %j it lists %j', async (words, names) => {
    const life = await joined();
    await other(life, { sponsorId: 'li.chen@example.com', expires: '2026-10-20T00:00:00Z' });
    life.pass(40);
    const { out } = await life.nhi('--json', 'list', ...words);
    expect((JSON.parse(out) as { agentName: string }[]).map(({ agentName }) => agentName)).toEqual(names);
  });

  test('names a leave and a move whose teardown is complete and which is not recorded', async () => {
    const life = await joined();
    await life.teardown('production');
    expect((await life.nhi('list')).out).toContain('MoveUnfinished');
    await life.teardown();
    expect((await life.nhi('list')).out).toContain('LeaveUnfinished');
    life.deleteAccount();
    await life.leave();
    expect((await life.nhi('list')).out).not.toContain('Unfinished');
  });
});

test('show has the agent as it was declared, with its accounts and what happened to it', async () => {
  const life = await joined();
  const [first] = [life.account];
  await life.teardown('production');
  life.deleteAccount();
  life.make('production');
  await life.join();
  expect((await life.nhi('show', 'invoice-bot')).out.split('\n')).toEqual([
    'agent       invoice-bot in account acme-agents',
    'status      active',
    'stage       production',
    'purpose     Matches invoices',
    'sponsor     Ada Park (ada.park@example.com), backup li.chen@example.com',
    'ends        2027-04-01T00:00:00Z',
    'owner       stack own',
    'joined      2026-10-01T00:00:00.000Z',
    'principals',
    `  retired     //iam.googleapis.com/projects/acme-agents/serviceAccounts/${first.email} (${first.uniqueId})`,
    `  live        //iam.googleapis.com/projects/acme-agents/serviceAccounts/${life.account.email} (${life.account.uniqueId})`,
    'access in production',
    '  roles/x.reader on project acme-test',
    'access in test',
    '  roles/x.reader on project acme-test',
    'timeline',
    expect.stringMatching(/^when +event +by +what *$/),
    expect.stringMatching(/^.* joined +stack own +Agent joined *$/),
    expect.stringMatching(/^.* moved +stack own +Agent moved to another stage; from test *$/),
  ]);
  const { out } = await life.nhi('show', 'invoice-bot', '--events', '1');
  expect(out).toMatch(/^timeline, without 1 earlier events: --events 2$/m);
  expect(JSON.parse((await life.nhi('show', 'invoice-bot', '--json')).out)).toMatchObject({ timeline: [{ sequence: 1, event: 'joined' }, { sequence: 2, event: 'moved' }] });
});

test('show says of an ended agent what no robot removes, and of a living one nothing', async () => {
  const life = await joined();
  expect((await life.nhi('show', 'invoice-bot')).out).not.toContain('by hand');
  life.pass(300);
  expect((await life.nhi('show', 'invoice-bot')).out).toContain('Nothing removes grants that somebody made by hand before it leaves');
});

test('what the certificate says, people can read', async () => {
  const life = await joined();
  const key = life.google.accounts.addKey(life.account.email).name.split('/').at(-1);
  await life.teardown();
  life.deleteAccount();
  await life.leave();
  const { out } = await life.nhi('certificate', 'invoice-bot');
  expect(out.replace(/[0-9a-f]{32,64}/g, (hash) => `<${hash.length}>`)).toBe(`Decommission certificate <32>

agent        invoice-bot (account acme-agents, registry agents)
purpose      Matches invoices
sponsor      Ada Park (ada.park@example.com)
joined       2026-10-01T00:00:00.000Z
left         2026-10-01T00:00:00.000Z
requested by terraform:own
approved by  nobody [1, 2, 3]
effective    2026-10-01T00:00:00.000Z, when the cloud had none of its accounts any more

principals
  ${life.account.email} (${life.account.uniqueId}), test
    found when the teardown began
    Google showed it as disabled at 2026-10-01T00:00:00.000Z
    its teardown ended at 2026-10-01T00:00:00.000Z
    Google had no account of this id at 2026-10-01T00:00:00.000Z

searched
  HMAC keys                      0 found, 0 deleted, checked again 2026-10-01T00:00:00.000Z [4]
  grants                         0 found, 0 deleted, checked again 2026-10-01T00:00:00.000Z [5]
  own secrets                    1 found, 1 deleted, checked again 2026-10-01T00:00:00.000Z [6]
  user-managed keys              1 found, 1 deleted, checked again 2026-10-01T00:00:00.000Z

deleted, and not found by a second search
  projects/acme-agents/secrets/invoice-bot-own
  ${key}

found and left alone
  nothing

grants that ended [7]
  nothing

depended on it [8]
  nothing

handed over: nothing

exceptions, each with owner and date
  nothing

known gaps
  [1] Terraform names neither the person nor the role that ran it: the audit logs of the project have both
  [2] the registry asks nobody to approve a leave
  [3] no order of a person is recorded: the time of the request is that of the first record of the teardown
  [4] HMAC keys in other projects
  [5] policies of resources on which the app declares nothing
  [6] secrets that only have the agent's label
  [7] what each grant allowed: the records of teardowns name the policies that were searched and the roles that were found
  [8] who depends on the agent: the declarations on Google name no callers, and Google records no readers of what it published

follows event <64>
sha-256      <64>

rests on the records of teardowns
  teardowns/acme-agents/invoice-bot/000000000001.json <64>
  teardowns/acme-agents/invoice-bot/000000000002.json <64>
  teardowns/acme-agents/invoice-bot/000000000003.json <64>
  teardowns/acme-agents/invoice-bot/000000000004.json <64>`);
});

test('of one agent, nothing of other agents is read', async () => {
  const life = await joined();
  for (let index = 0; index < 20; index += 1) {
    await other(life, { agentName: `mail-bot-${index}`, project: 'acme-agents' });
  }
  const cost = async (...words: string[]) => {
    life.google.calls.length = 0;
    await life.nhi(...words);
    return life.google.calls.length;
  };
  expect([await cost('show', 'invoice-bot'), await cost('certificate', 'invoice-bot'), await cost('verify', 'invoice-bot')].every((calls) => calls < 12)).toBe(true);
  expect(life.google.calls.every(({ what }) => !what.includes('mail-bot'))).toBe(true);
});

describe('an agent that is not to be found', () => {
  test.each([['show'], ['verify'], ['certificate']])('%s fails with AgentUnknown', async (verb) => {
    expect(await (await joined()).nhi(verb, 'other-bot')).toMatchObject({ failure: 'AgentUnknown', err: expect.stringContaining(`${BUCKET} has no agent other-bot`) });
    expect(await (await joined()).nhi('--google-project', 'acme-mail', verb, 'invoice-bot')).toMatchObject({ failure: 'AgentUnknown', err: expect.stringContaining('in project acme-mail') });
  });

  test('ProjectAmbiguous: its name is in two projects; one is named', async () => {
    const life = await joined();
    await other(life, { agentName: 'invoice-bot' });
    expect(await life.nhi('show', 'invoice-bot')).toMatchObject({ failure: 'ProjectAmbiguous', err: expect.stringContaining('acme-agents, acme-mail') });
    expect(await life.nhi('show', 'invoice-bot', '--google-project', 'acme-mail')).toMatchObject({ code: 0, out: expect.stringContaining('in account acme-mail') });
  });

  test('a project with a domain is found too', async () => {
    const life = await joined();
    await other(life, { project: 'example.com:acme-mail' });
    expect((await life.nhi('show', 'mail-bot')).out).toContain('mail-bot in account example.com:acme-mail');
    expect(await life.nhi('list', '--google-project', 'example.com:acme-mail')).toMatchObject({ out: expect.stringContaining('mail-bot') });
  });

  test('CertificateMissing: it lives, or its leave was recorded without one', async () => {
    const life = await joined();
    expect(await life.nhi('certificate', 'invoice-bot')).toMatchObject({ failure: 'CertificateMissing', err: expect.stringContaining('is active: it gets') });
    await life.teardown();
    life.deleteAccount();
    await life.leave();
    const [[name]] = life.objects('certificates/');
    life.google.objects.tamper(BUCKET, name, undefined);
    expect(await life.nhi('certificate', 'invoice-bot')).toMatchObject({ failure: 'CertificateMissing', err: expect.stringContaining('the certificate was removed') });
  });
});

describe('credentials and names', () => {
  test('AccessDenied: who may not read the bucket learns what is missing; who may reads', async () => {
    const life = await joined();
    life.google.fail({ matching: /^GET \/storage/, status: 403 });
    expect(await life.nhi('list')).toMatchObject({ failure: 'AccessDenied', err: expect.stringContaining(`storage.objects.get and storage.objects.list on ${BUCKET}`) });
    life.google.heal();
    expect((await life.nhi('list')).code).toBe(0);
  });

  test('CredentialsRefused, and no token is printed', async () => {
    const { failure, err } = await (await joined()).nhiAs('wrong-token', '--google-registry', `gs://${BUCKET}`, 'list');
    expect(failure).toBe('CredentialsRefused');
    expect(err).not.toContain('wrong-token');
  });

  test('RegistryNotFound: no such bucket', async () => {
    expect(await (await joined()).nhiAs(FakeGoogle.OPERATOR_TOKEN, '--google-registry', 'gs://acme-other', 'list')).toMatchObject({ failure: 'RegistryNotFound' });
  });

  test.each([['acme-agents-agents-registry'], ['gs://'], ['gs://a/../b'], ['gs://Bucket'], ['s3://acme-agents-agents-registry']])('GoogleRegistryInvalid: %s', async (name) => {
    const life = await joined();
    life.google.calls.length = 0;
    expect(await life.nhiAs(FakeGoogle.OPERATOR_TOKEN, '--google-registry', name, 'list')).toMatchObject({ failure: 'GoogleRegistryInvalid' });
    expect(life.google.calls).toEqual([]);
  });

  test('gs://<bucket>/ is the same registry', async () => {
    expect((await (await joined()).nhiAs(FakeGoogle.OPERATOR_TOKEN, '--google-registry', `gs://${BUCKET}/`, 'list')).out).toContain('invoice-bot');
  });

  test('a hostile project is refused before Google is asked', async () => {
    expect(await (await joined()).nhi('list', '--google-project', '../x')).toMatchObject({ failure: 'ProjectIdInvalid' });
  });
});

describe('verbs that change', () => {
  test.each([
    ['offboard', 'invoice-bot', '--reason', 'its key leaked', '--yes'],
    ['keep', 'invoice-bot', '--reason', 'its key leaked', '--yes'],
    ['renew', 'invoice-bot', '--until', '2027-01-01', '--reason', 'its key leaked', '--yes'],
    ['transfer', 'invoice-bot', '--to', 'New', '--yes'],
    ['finish', 'invoice-bot', '--yes'],
    ['release-leavers', '--yes'],
  ])('NotOnGoogle: %s', async (...words) => {
    expect(await (await joined()).nhi(...words)).toMatchObject({ failure: 'NotOnGoogle', err: expect.stringContaining('with Terraform') });
  });

  test('GoogleRegistryMissing: a project without a registry', async () => {
    expect(await (await joined()).nhiAs(FakeGoogle.OPERATOR_TOKEN, '--google-project', 'acme-mail', 'list')).toMatchObject({ failure: 'GoogleRegistryMissing' });
  });

  test.each([['--registry', 'bots'], ['--region', 'eu-west-1']])('the registry of one cloud excludes %s of the other', async (...words) => {
    expect(await (await joined()).nhi(...words, 'list')).toMatchObject({ failure: 'commander.conflictingOption' });
  });
});

test('an agent that left does not end any more', async () => {
  const life = await joined();
  await other(life, { expires: '2026-12-01T00:00:00Z' });
  await life.teardown();
  life.deleteAccount();
  await life.leave();
  const { out } = await life.nhi('--json', 'list', '--ending', '3000');
  expect((JSON.parse(out) as { agentName: string }[]).map(({ agentName }) => agentName)).toEqual(['mail-bot']);
});
