import { AgentAccount } from './agent';
import { delegatedSessions } from '../../../../runtime/aws/cuts/delegated-sessions';

const OTHER_CUT = JSON.stringify({ Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', Condition: { StringEquals: { 'aws:SourceIdentity': 'agent=scout' } } }] });

function account(): AgentAccount {
  const made = new AgentAccount();
  made.delegates.push(made.roles.createRole('payer'), made.roles.createRole('archiver'));
  return made;
}

const inlineOf = ({ delegates }: AgentAccount) => delegates.map(({ inline }) => [...inline.keys()]);

test('denies the agent\'s sessions with the role of each delegate, and only these; a resumption removes the Deny', async () => {
  const one = account();
  one.delegates[1].inline.set('nhi-cut-scout', OTHER_CUT);

  const changes = await one.cut(delegatedSessions);

  expect(changes.map(({ id }) => id)).toEqual(['invoice-bot-payer/nhi-cut-invoice-bot', 'invoice-bot-archiver/nhi-cut-invoice-bot']);
  expect(await one.on(delegatedSessions)).toEqual([]);
  expect(inlineOf(one)).toEqual([['nhi-cut-invoice-bot'], ['nhi-cut-scout', 'nhi-cut-invoice-bot']]);
  const { Statement: statements } = JSON.parse(one.delegates[0].inline.get('nhi-cut-invoice-bot')!) as { Statement: object[] };
  // No session of an agent of another name, and none without a source identity, meets the condition.
  expect(statements).toEqual([{
    Sid: 'CutAROA1', Effect: 'Deny', Action: '*', Resource: '*', Condition: { StringEquals: { 'aws:SourceIdentity': 'agent=invoice-bot' } },
  }]);

  await one.restore(delegatedSessions, changes);
  expect(inlineOf(one)).toEqual([[], ['nhi-cut-scout']]);
});

test('a role that was deleted, or that somebody created again under the name, is left alone', async () => {
  const one = account();
  one.roles.roles.delete('invoice-bot-payer');
  one.roles.createRole('payer');
  one.roles.roles.delete('invoice-bot-archiver');

  expect(await one.cut(delegatedSessions)).toEqual([]);
  expect(one.roles.roles.get('invoice-bot-payer')!.inline.size).toBe(0);
});

test.each([
  ['of a former agent of the name', (document: string) => document.replace('CutAROA1', 'CutAROA9')],
  ['that denies only some actions', (document: string) => document.replace('"Action":"*"', '"Action":"s3:*"')],
  ['about another source identity', (document: string) => document.replace('agent=invoice-bot', 'agent=other')],
  ['with a further condition', (document: string) => document.replace('"StringEquals"', '"Bool":{"aws:SecureTransport":"false"},"StringEquals"')],
  ['with a further key', (document: string) => document.replace('"aws:SourceIdentity"', '"aws:RequestedRegion":"nowhere","aws:SourceIdentity"')],
  ['with an end', (document: string) => document.replace('"StringEquals"', '"DateLessThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"},"StringEquals"')],
  ['of a leave, which is for older sessions', (document: string) => document.replace('"StringEquals"', '"DateLessThan":{"aws:TokenIssueTime":"2026-01-01T00:00:00Z"},"StringEquals"')],
  ['that allows', (document: string) => document.replace('Deny', 'Allow')],
])('a Deny %s does not count, and is written again', async (_what, change) => {
  const one = account();
  await one.cut(delegatedSessions);
  const [{ inline }] = one.delegates;
  const right = inline.get('nhi-cut-invoice-bot')!;
  inline.set('nhi-cut-invoice-bot', change(right));

  expect(await one.on(delegatedSessions)).toEqual(['invoice-bot-payer/nhi-cut-invoice-bot']);
  await one.cut(delegatedSessions);
  expect(inline.get('nhi-cut-invoice-bot')).toBe(right);
});
