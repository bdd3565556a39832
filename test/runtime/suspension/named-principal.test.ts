import { namedPrincipal } from '../../../runtime/suspension';

const ACCOUNT = '111122223333';

test.each([
  ['arn:aws:iam::111122223333:role/agents/test/invoice-bot-test', { kind: 'role', account: ACCOUNT, roleName: 'invoice-bot-test', roleArn: 'arn:aws:iam::111122223333:role/agents/test/invoice-bot-test' }],
  ['arn:aws-cn:sts::444455556666:assumed-role/invoice-bot-test/session', { kind: 'role', account: '444455556666', roleName: 'invoice-bot-test' }],
  ['arn:aws:iam::111122223333:user/agents/invoice-bot/legacy', { kind: 'user', account: ACCOUNT, userName: 'legacy' }],
  ['AKIAIOSFODNN7EXAMPLE', { kind: 'access-key', accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }],
  ['invoice-bot-test', { kind: 'role', account: ACCOUNT, roleName: 'invoice-bot-test' }],
])('reads %s', (text, expected) => {
  expect(namedPrincipal(text, ACCOUNT)).toEqual(expected);
});

test('a bare name is that of a user if the unique id beside it is one of a user', () => {
  expect(namedPrincipal('legacy', ACCOUNT, 'AIDA123')).toEqual({ kind: 'user', account: ACCOUNT, userName: 'legacy' });
  expect(namedPrincipal('legacy', ACCOUNT, 'AROA123')).toMatchObject({ kind: 'role' });
});

test.each(['', '*', 'arn:aws:s3:::bucket', 'arn:aws:iam::1:role/x', 'invoice bot', 'a'.repeat(65), 'invoice-bot-test\n', 'placement#x', 'arn:aws:iam::111122223333:role/../../x y', '{"a":1}'])('%j names nobody', (text) => {
  expect(namedPrincipal(text, ACCOUNT)).toBeUndefined();
});
