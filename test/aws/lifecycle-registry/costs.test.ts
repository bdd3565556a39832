import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ENV } from './platform';
import { LifecycleRegistry, LifecycleRegistryProps } from '../../../src/aws/lifecycle-registry';

function templateOf(props: LifecycleRegistryProps = {}): Template {
  const stack = new Stack(new App(), 'Platform', { env: ENV });
  new LifecycleRegistry(stack, 'Agents', props);
  return Template.fromStack(stack);
}

interface Statement { readonly Sid: string; readonly Action: string | string[] }

const statementsOf = (template: Template, RoleName: string): Statement[] => (
  Object.values(template.findResources('AWS::IAM::Role', { Properties: { RoleName } })).flatMap(({ Properties: { Policies: [{ PolicyDocument: document }] } }) => document.Statement as Statement[]));
const environmentOf = (template: Template, FunctionName: string): Record<string, string> => (
  Object.values(template.findResources('AWS::Lambda::Function', { Properties: { FunctionName } }))[0].Properties.Environment.Variables as Record<string, string>);

test('costs are looked up by a function that may do nothing else, and the engine may ask it', () => {
  const template = templateOf({ lookUpCosts: true });
  expect(statementsOf(template, 'agents-nhi-costs').map(({ Sid }) => Sid)).toEqual(['OwnLogs', 'OwnTraces', 'LookUpCosts']);
  expect(statementsOf(template, 'agents-nhi-costs').at(-1)).toMatchObject({ Action: 'ce:GetCostAndUsage' });
  const engine = statementsOf(template, 'agents-nhi-lifecycle-engine');
  expect(engine.some(({ Sid }) => Sid === 'AskAboutCosts')).toBe(true);
  expect(engine.flatMap(({ Action: action }) => action).filter((action) => action.startsWith('ce:'))).toEqual([]);
  expect(environmentOf(template, 'agents-nhi-lifecycle-steps')).toMatchObject({ COST_FUNCTION: 'agents-nhi-costs', AGENDA: expect.stringContaining('"looksUpCosts":true') });
  // The sweep computes what is due with the same settings.
  expect(environmentOf(template, 'agents-nhi-agenda').AGENDA).toContain('"looksUpCosts":true');
});

test('twin: without `lookUpCosts` nothing may read costs', () => {
  const template = templateOf();
  expect(JSON.stringify(template)).not.toMatch(/agents-nhi-costs|GetCostAndUsage/);
  expect(environmentOf(template, 'agents-nhi-agenda').AGENDA).not.toContain('looksUpCosts');
});
