import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { agent, PRODUCTION, TEST } from './agents';
import { checkEnd } from '../../../src/aws/agent-identity/end-checks';
import { Expiry } from '../../../src/core';

const NOW = new Date('2026-06-01T12:00:00Z');
const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(NOW.getTime() + days * DAY_MS).toISOString();

/** What synthesis reports about an end. */
function toldOf(expires: Expiry, now = NOW, stage = TEST): { errors: string[]; warnings: string[] } {
  const stack = new Stack(new App(), 'Own');
  checkEnd(stack, { agentName: 'invoice-bot', stage, expires }, now);
  const texts = (kind: string) => stack.node.metadata.filter(({ type }) => type === kind).map(({ data }) => String(data));
  return { errors: texts('aws:cdk:error'), warnings: texts('aws:cdk:warning') };
}

const told = (days: number, stage = TEST) => toldOf(Expiry.at(inDays(days)), NOW, stage);

test('TenureExceeded: an end further ahead than the stage allows is an error that says the latest', () => {
  expect(told(181)).toEqual({ errors: [expect.stringContaining('TenureExceeded: Own: agent invoice-bot ends at 2026-11-29T12:00:00Z, further ahead than stage test allows (180 days): use Expiry.on(\'2026-11-27\') or earlier')], warnings: [] });
  expect(told(180)).toEqual({ errors: [], warnings: [] });
  expect(told(181, PRODUCTION)).toEqual({ errors: [], warnings: [] });
});

test('the date that the error says is allowed', () => {
  expect(toldOf(Expiry.on('2026-11-27')).errors).toEqual([]);
  expect(toldOf(Expiry.on('2026-11-28')).errors).toHaveLength(1);
});

test('as time passes the error can only vanish', () => {
  const expires = Expiry.at(inDays(181));
  expect([0, 0.5, 1, 100, 200].map((days) => toldOf(expires, new Date(NOW.getTime() + days * DAY_MS)).errors.length)).toEqual([1, 1, 0, 0, 0]);
});

test.each([
  [31, []],
  [30, [/^agent invoice-bot ends at .*: it is denied everything from then on; if its sponsor agrees, deploy it with a later end before/]],
  [1, [/^agent invoice-bot ends at /]],
  [0, [/^agent invoice-bot ended at .*: it is denied everything; let it leave, or let an operator run `nhi renew invoice-bot --until <date> --reason <text>`, then deploy it with an end no later than that/]],
  [-100, [/^agent invoice-bot ended at /]],
])('an end in %i days warns, and warns only', (days, warnings) => {
  expect(told(days)).toEqual({ errors: [], warnings: warnings.map((text) => expect.stringMatching(text)) });
});

test('an agent is checked by the clock of the synthesis', () => {
  const errors = (expires: Expiry) => Annotations.fromStack(agent({ expires }).stack).findError('/Own/Bot', Match.stringLikeRegexp('^TenureExceeded: Own/Bot: ')).length;
  const endIn = (days: number) => Expiry.at(new Date(Date.now() + days * DAY_MS).toISOString());
  expect(errors(endIn(181))).toBe(1);
  expect(errors(endIn(179))).toBe(0);
});
