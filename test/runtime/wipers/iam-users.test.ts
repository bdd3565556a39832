import { Account, throttledOnce } from './account';
import { ALL_KINDS, Kind } from './fake-users';
import { iamUsers } from '../../../runtime/wipers/iam-users';
import { USER_PARTS } from '../../../runtime/wipers/user-parts';

// What IAM's DeleteUser demands to be gone: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
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

  test('one that somebody else has taken away already is as good as wiped', async () => {
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
  account.users.create('another', { agent: 'other-bot' });
  account.users.create('similar', { agent: 'invoice-bot-2' });
  account.users.create('mentions-it', { agent: 'other-bot' }).tags.set('replaces', 'invoice-bot');
  account.users.create('outside', { path: '/' });
  account.users.create('beside', { path: '/agents-of-others/' });
  account.users.create('own', { path: '/agents/test/' });
  names().forEach((name) => account.users.give(name, 'access-key'));

  const { wiped } = await account.run(iamUsers);

  expect(wiped.map(({ id }) => id.split('/')[1])).toEqual(['own', 'own']);
  expect(names()).toEqual(['another', 'similar', 'mentions-it', 'outside', 'beside']);
  expect(account.users.users.get('another')!.parts['access-key'].size).toBe(1);
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

test('a virtual device is deleted as well as taken off; a hardware one has nothing to delete', async () => {
  const user = account.users.create('bot');
  account.users.give('bot', 'mfa-device');
  user.parts['mfa-device'].set('GAHT12345678', '');
  account.users.virtualDevices.add('arn:aws:iam::111122223333:mfa/of-somebody-else');

  const { remains } = await account.run(iamUsers);

  expect(remains).toEqual([]);
  expect([...account.users.virtualDevices]).toEqual(['arn:aws:iam::111122223333:mfa/of-somebody-else']);
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
  account.disturb(throttledOnce('iam:ListUserTags'));

  await expect(account.run(iamUsers)).rejects.toMatchObject({ name: 'ThrottlingException' });
  await account.run(iamUsers);

  expect(names()).toEqual([]);
});
