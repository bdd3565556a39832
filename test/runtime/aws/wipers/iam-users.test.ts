import { Account, throttledOnce } from './account';
import { ALL_KINDS, Kind } from './fake-users';
import { iamUsers } from '../../../../runtime/aws/wipers/iam-users';
import { USER_PARTS } from '../../../../runtime/aws/wipers/user-parts';
import { claimOn } from '../../../../runtime/aws/wipers/users-of-agent';

// The parts that must be removed before DeleteUser: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
const OF_WHICH_ONE: readonly Kind[] = ['login-profile'];
let account: Account;
beforeEach(() => (account = new Account()));
const names = (): string[] => [...account.users.users.keys()];

test('the table has every kind of thing that keeps IAM from deleting a user', () => {
  expect(USER_PARTS.map(({ kind }) => kind).sort()).toEqual([...ALL_KINDS].sort());
});

describe.each(ALL_KINDS)('%s', (kind) => {
  test('all of them go, from all pages, and then the user', async () => {
    account.users.create('bot');
    const whats = Array.from({ length: OF_WHICH_ONE.includes(kind) ? 1 : 3 }, () => account.users.give('bot', kind));

    const { found, wiped, remains } = await account.run(iamUsers);

    expect(found.map(({ id }) => id)).toEqual([...whats.map((what) => `user/bot/${kind}/${what}`), 'user/bot']);
    expect(found.map(({ kind: of }) => of)).toEqual([...whats.map(() => kind), 'user']);
    expect(wiped).toEqual(found);
    expect(remains).toEqual([]);
    expect(names()).toEqual([]);
  });

  test('one that somebody else has removed already counts as wiped', async () => {
    const user = account.users.create('bot');
    const what = account.users.give('bot', kind);
    const findings = await iamUsers.list(account.context, account.target);
    user.parts[kind].delete(what);

    await iamUsers.wipe(account.context, account.target, findings[0]);

    expect(findings[0].id).toBe(`user/bot/${kind}/${what}`);
    expect(names()).toEqual(['bot']);
  });

  test('throttled at it: it remains with the reason, the user stays, and a rerun finishes', async () => {
    account.users.create('bot');
    const what = account.users.give('bot', kind);
    // The first call that would change something.
    let once = true;
    account.disturb((call, moment) => {
      if (once && moment === 'before' && !/:(List|Get)/.test(call)) {
        once = false;
        throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
      }
    });

    const first = await account.run(iamUsers);
    const left = names();
    const second = await account.run(iamUsers);

    expect(first.wiped).toEqual([]);
    expect(first.remains.map(({ id, note }) => `${id}: ${note}`)).toEqual([
      `user/bot/${kind}/${what}: ThrottlingException: Rate exceeded`,
      `user/bot: DeleteConflictException: bot has ${what}`,
    ]);
    expect(left).toEqual(['bot']);
    expect(second.remains).toEqual([]);
    expect(names()).toEqual([]);
  });
});

test('all users of the agent go, from all pages, with all that they have', async () => {
  ['a', 'b', 'c', 'd', 'e'].forEach((name) => {
    account.users.create(name);
    ALL_KINDS.forEach((kind) => account.users.give(name, kind));
  });

  const { wiped, remains } = await account.run(iamUsers);

  expect(wiped).toHaveLength(5 * (ALL_KINDS.length + 1));
  expect(remains).toEqual([]);
  expect(names()).toEqual([]);
});

test('another agent\'s user and one outside the registry\'s path stay; the agent\'s own beside them goes', async () => {
  const path = '/agents/';
  account.users.create('invoice-bot-another', { path, agent: 'other-bot' });
  account.users.create('invoice-bot-similar', { path: '/agents/invoice-bot-2/', agent: 'invoice-bot-2' });
  account.users.create('invoice-bot-mentions-it', { path, agent: 'other-bot' }).tags.set('replaces', 'invoice-bot');
  account.users.create('invoice-bot-untagged', { path }).tags.clear();
  account.users.create('invoice-bot-outside', { path: '/' });
  account.users.create('invoice-bot-beside', { path: '/agents-of-others/' });
  account.users.create('invoice-bot-own', { path: '/agents/test/' });
  names().forEach((name) => account.users.give(name, 'access-key'));

  const { wiped } = await account.run(iamUsers);

  expect(wiped.map(({ id }) => id.split('/')[1])).toEqual(['invoice-bot-own', 'invoice-bot-own']);
  expect(names()).toEqual(['another', 'similar', 'mentions-it', 'untagged', 'outside', 'beside'].map((name) => `invoice-bot-${name}`));
  expect(account.users.users.get('invoice-bot-another')!.parts['access-key'].size).toBe(1);
});

test.each(['agent:name', 'Agent:Name', 'AGENT:NAME'])('the tag %s counts: IAM compares the keys of tags without regard to case', async (key) => {
  const { tags } = account.users.create('invoice-bot-debug', { path: '/agents/' });
  tags.delete('agent:name');
  tags.set(key, 'invoice-bot');

  await account.run(iamUsers);

  expect(names()).toEqual([]);
});

test('in a registry with another tag prefix its own tag counts, and the standard one does not', async () => {
  Object.assign(account.context, { tagPrefix: 'Acme:' });
  for (const key of ['acme:name', 'agent:name']) {
    const { tags } = account.users.create(`invoice-bot-${key.slice(0, 4)}`, { path: '/agents/' });
    tags.delete('agent:name');
    tags.set(key, 'invoice-bot');
  }

  await account.run(iamUsers);

  expect(names()).toEqual(['invoice-bot-agen']);
});

test.each([['agent:name', 'Invoice-Bot'], ['AGENT:NAME', 'other-bot'], ['agent:name2', 'invoice-bot'], ['agent-name', 'invoice-bot']])('twin: the tag %s of %s does not', async (key, value) => {
  const { tags } = account.users.create('invoice-bot-debug', { path: '/agents/' });
  tags.delete('agent:name');
  tags.set(key, value);

  await account.run(iamUsers);

  expect(names()).toEqual(['invoice-bot-debug']);
});

describe('under the path that is reserved for the agent\'s users', () => {
  test('one that bears no tag is the agent\'s', async () => {
    account.users.create('bot').tags.clear();

    await account.run(iamUsers);

    expect(names()).toEqual([]);
  });

  test('one that is another agent\'s by its tag is reported and left alone', async () => {
    account.users.create('bot', { agent: 'other-bot' });
    account.users.give('bot', 'access-key');
    const before = account.snapshot();

    const { wiped, remains, reportedOnly } = await account.run(iamUsers);

    expect(reportedOnly).toEqual([{
      wiper: 'iam-users', kind: 'user', id: 'user/bot', actedOn: false, note: 'under /agents/invoice-bot/, and tagged with another agent\'s name: look at it',
    }]);
    expect([...wiped, ...remains]).toEqual([]);
    expect(account.snapshot()).toEqual(before);
  });
});

test('300 users of other agents cost a call for a thousand of them and none for each', async () => {
  for (let index = 0; index < 300; index++) {
    account.users.create(`other-bot-${index}`, { path: index % 2 === 0 ? '/agents/' : '/agents/other-bot/', agent: 'other-bot' });
  }
  account.users.create('own');
  const asked: unknown[] = [];
  const looks: string[] = [];
  const { send } = account.users;
  account.users.send = async (command) => {
    const { constructor: { name }, input: { MaxItems: most } } = command;
    looks.push(name);
    if (name === 'ListUsersCommand') {
      asked.push(most);
    }
    return send.call(account.users, command);
  };

  expect(await account.found(iamUsers)).toEqual(['user/own']);

  expect(new Set(asked)).toEqual(new Set([1000]));
  expect(looks.filter((call) => call === 'GetUserCommand')).toHaveLength(1);
});

test('a name that is another agent\'s by the time of the wipe is left alone', async () => {
  account.users.create('bot');
  account.users.give('bot', 'access-key');
  const findings = await iamUsers.list(account.context, account.target);
  account.users.create('bot', { agent: 'other-bot' });
  account.users.give('bot', 'access-key');
  const before = account.snapshot();

  for (const finding of findings) {
    await iamUsers.wipe(account.context, account.target, finding);
  }

  expect(findings).toHaveLength(2);
  expect(account.snapshot()).toEqual(before);
});

test('users that go while they are looked at have nothing left', async () => {
  account.users.create('bot');
  account.users.give('bot', 'access-key');
  const findings = await iamUsers.list(account.context, account.target);
  account.disturb((call, moment) => {
    if (call === 'iam:ListSigningCertificates' && moment === 'before') {
      account.users.users.clear();
    }
  });

  const found = await account.found(iamUsers);
  await iamUsers.wipe(account.context, account.target, findings[1]);

  expect(found).toEqual(expect.arrayContaining(['user/bot']));
  expect(await account.found(iamUsers)).toEqual([]);
});

test('an access key is inactive before it is deleted: one that can\'t be deleted works no more', async () => {
  const user = account.users.create('bot');
  const key = account.users.give('bot', 'access-key');
  account.disturb(throttledOnce('iam:DeleteAccessKey'));

  await account.run(iamUsers);

  expect(user.parts['access-key'].get(key)).toBe('Inactive');
});

test('a virtual device is deleted as well as removed; a security key, which has an ARN too, and a hardware one have nothing to delete', async () => {
  const user = account.users.create('bot');
  account.users.give('bot', 'mfa-device');
  account.users.giveSecurityKey('bot');
  user.parts['mfa-device'].set('GAHT12345678', '');
  account.users.addDevice('arn:aws:iam::111122223333:mfa/of-somebody-else');
  account.users.addDevice('arn:aws:iam::111122223333:mfa/of-another-agent', { 'agent:name': 'other-bot' });

  const { remains } = await account.run(iamUsers);

  expect(remains).toEqual([]);
  expect(names()).toEqual([]);
  expect([...account.users.virtualDevices.keys()]).toEqual(['arn:aws:iam::111122223333:mfa/of-somebody-else', 'arn:aws:iam::111122223333:mfa/of-another-agent']);
});

test.each(['before', 'after'] as const)('throttled %s the deletion of a virtual device whose user was deleted before: it is found again and deleted', async (when) => {
  account.users.create('bot');
  const serial = account.users.give('bot', 'mfa-device');
  let once = true;
  account.disturb((call, moment) => {
    if (once && call === 'iam:DeleteVirtualMFADevice' && moment === when) {
      once = false;
      throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
    }
  });

  const first = await account.run(iamUsers);
  expect(names()).toEqual([]);
  expect(first.remains.map(({ id }) => id)).toEqual(when === 'before' ? [`mfa-device/${serial}`] : []);

  expect((await account.run(iamUsers)).remains).toEqual([]);
  expect([...account.users.virtualDevices.keys()]).toEqual([]);
});

test('a device is wiped again after it was removed and before it was deleted', async () => {
  account.users.create('bot');
  account.users.give('bot', 'mfa-device');
  const [device] = await iamUsers.list(account.context, account.target);
  account.disturb(throttledOnce('iam:DeleteVirtualMFADevice'));

  await expect(iamUsers.wipe(account.context, account.target, device)).rejects.toMatchObject({ name: 'ThrottlingException' });
  await iamUsers.wipe(account.context, account.target, device);

  expect([...account.users.virtualDevices.keys()]).toEqual([]);
});

test('a device that another agent has by the time of the wipe is left alone', async () => {
  const serial = 'arn:aws:iam::111122223333:mfa/loose';
  account.users.addDevice(serial, { 'agent:name': 'invoice-bot' });
  const [device] = await iamUsers.list(account.context, account.target);
  account.users.addDevice(serial, { 'agent:name': 'other-bot' });

  await iamUsers.wipe(account.context, account.target, device);

  expect(device.id).toBe(`mfa-device/${serial}`);
  expect([...account.users.virtualDevices.keys()]).toEqual([serial]);
});

test('a user that can\'t be deleted yet keeps its permissions boundary: it can never do more than before', async () => {
  const boundary = 'arn:aws:iam::111122223333:policy/organisation';
  account.users.create('bot', { boundary });
  account.users.give('bot', 'attached-policy');
  account.disturb(throttledOnce('iam:DetachUserPolicy'));

  const first = await account.run(iamUsers);
  const left = account.users.users.get('bot');
  await account.run(iamUsers);

  expect(first.remains).toHaveLength(2);
  expect(left?.boundary).toBe(boundary);
  expect(names()).toEqual([]);
});

test('throttled while listing: the error surfaces, and a rerun finishes', async () => {
  account.users.create('bot');
  account.disturb(throttledOnce('iam:GetUser'));

  await expect(account.run(iamUsers)).rejects.toMatchObject({ name: 'ThrottlingException' });
  await account.run(iamUsers);

  expect(names()).toEqual([]);
});

test.each([
  ['under the registry\'s path', '/agents/', 'own'],
  ['outside of the registry\'s path, where anyone may set the tag', '/', 'none'],
])('a user that is tagged as the agent\'s %s is %s', async (_where, path, claim) => {
  account.users.create('someone', { path });
  expect(await claimOn(account.context, account.target, 'someone')).toBe(claim);
});
