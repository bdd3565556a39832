import { CfnResource, Tags } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { agent, only, synthError } from './agents';

const tagsOf = (template: ReturnType<typeof agent>['template']) => Object.fromEntries(
  only(template(), 'AWS::IAM::Role').Properties.Tags.map(({ Key, Value }: { Key: string; Value: string }) => [Key, Value]));

test.each(['agent:stage', 'Agent:Stage', 'AGENT:SPONSOR'])('a tag %s from afar replaces none of the agent\'s own, and stands beside none', (key) => {
  const { stack, template } = agent();
  Tags.of(stack.node.root).add(key, 'production');
  Tags.of(stack).add('Team', 'invoices');
  expect(synthError(stack)).toBe('');
  expect(tagsOf(template)).toMatchObject({ 'agent:stage': 'test', 'agent:sponsor': 'ada.park@example.com', 'Team': 'invoices' });
  expect(Object.values(tagsOf(template))).not.toContain('production');
  Annotations.fromStack(stack).hasWarning('/Own/Bot/Role/Resource', Match.stringLikeRegexp(`"${key}" is left out`));
});

test.each<[string, string, object]>([
  ['a value that was changed', 'TagsChanged', [{ Key: 'agent:stage', Value: 'production' }]],
  ['a key in another case beside ours', 'TagTwice', [{ Key: 'Agent:Stage', Value: 'production' }]],
])('%s by an escape hatch is refused: %s', (_what, code, [tag]: any) => {
  const { stack, bot } = agent();
  const role = bot.role.node.defaultChild as CfnResource;
  role.addPropertyOverride(code === 'TagsChanged' ? 'Tags.0' : 'Tags.20', tag);
  expect(synthError(stack)).toContain(`${code}: Own/Bot: `);
});

test('two of a user\'s own keys that IAM takes for one are refused', () => {
  const { stack } = agent();
  Tags.of(stack).add('Team', 'a');
  Tags.of(stack).add('team', 'b');
  expect(synthError(stack)).toContain('TagTwice: Own/Bot: ');
});
