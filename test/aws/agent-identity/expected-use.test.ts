import { App, Duration, Lazy, Stack, Token } from 'aws-cdk-lib';
import { expectedUseDays } from '../../../src/aws/agent-identity/expected-use';
import { codeOf } from '../lifecycle-registry/platform';

const agent = new Stack(new App(), 'Agent');

test.each([[undefined, undefined], [Duration.days(1), 1], [Duration.hours(48), 2], [Duration.days(366), 366]])('%s is %s days', (given, days) => {
  expect(expectedUseDays(agent, given)).toBe(days);
});

test.each<[string, unknown]>([
  ['no time', Duration.days(0)], ['a fraction of a day', Duration.hours(36)], ['more than a year', Duration.days(367)], ['a number', 90],
  ['a token', Duration.days(Token.asNumber(Lazy.number({ produce: () => 90 })))],
])('ExpectedUseInvalid: fails with %s', (_what, given) => {
  expect(codeOf(() => expectedUseDays(agent, given as Duration))).toBe('ExpectedUseInvalid');
});
