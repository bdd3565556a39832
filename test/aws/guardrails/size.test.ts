import * as fs from 'node:fs';
import { App, aws_iam as iam, aws_lambda as lambda, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AS_BY_COMMAND } from './judged';
import { BUILT_IN_RULES } from '../../../src/aws/guardrails/rules';
import { GuardrailApp } from '../../../src/aws/guardrails/template/guardrail-app';
import { readTemplates } from '../../../src/aws/guardrails/template/read-templates';

jest.mock('node:fs', () => ({ __esModule: true, ...jest.requireActual<typeof fs>('node:fs'), readFileSync: jest.fn(jest.requireActual<typeof fs>('node:fs').readFileSync) }));
const reads = fs.readFileSync as jest.Mock;

const code = lambda.Code.fromInline('exports.handler = async () => 1;');

/** Stacks with roles that are retained, of functions that share them in pairs. */
function pathsOf(stacks: number, roles: number): string[] {
  const app = new App({ context: AS_BY_COMMAND });
  for (let index = 0; index < stacks; index += 1) {
    const stack = new Stack(app, `Stack${index}`, { env: { account: '111122223333', region: 'eu-central-1' } });
    for (let count = 0; count < roles; count += 1) {
      const role = new iam.Role(stack, `Role${count}`, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
      role.applyRemovalPolicy(RemovalPolicy.RETAIN);
      ['A', 'B'].forEach((id) => new lambda.Function(stack, `${id}${count}`, { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code, role }));
      new CfnOutput(stack, `Output${count}`, { value: role.roleArn });
    }
  }
  return app.synth().stacks.map(({ templateFullPath }) => templateFullPath);
}

/** A list that counts how often its elements are looked at. */
function counted<T>(list: readonly T[], count: () => void): T[] {
  return new Proxy([...list], {
    get(target, key, receiver): unknown {
      if (typeof key === 'string' && /^\d+$/.test(key)) {
        count();
      }
      return Reflect.get(target, key, receiver);
    },
  });
}

/** How often all rules together look at a principal, a template or a resource. */
function looks(stacks: number, roles: number): number {
  let total = 0;
  const count = (): void => { total += 1; };
  const { templates } = readTemplates(pathsOf(stacks, roles));
  templates.forEach((template) => Object.assign(template, { resources: counted(template.resources, count) }));
  const app = GuardrailApp._of(templates, { agentsOnly: false, accounts: [] });
  Object.assign(app, { principals: counted(app.principals, count), templates: counted(app.templates, count) });
  BUILT_IN_RULES.forEach((rule) => rule.find(app));
  return total;
}

test('twice as many stacks are at most a little more than twice the work', () => {
  expect(looks(16, 4) / looks(8, 4)).toBeLessThan(2.1);
});

test('each manifest is read once, however many stacks it has', () => {
  const readsOf = (stacks: number): number => {
    const paths = pathsOf(stacks, 1);
    reads.mockClear();
    readTemplates(paths);
    return reads.mock.calls.filter(([path]) => String(path).endsWith('manifest.json')).length;
  };

  expect([readsOf(3), readsOf(9)]).toEqual([1, 1]);
});

test('twice as many roles in a stack are at most a little more than twice the work', () => {
  expect(looks(1, 40) / looks(1, 20)).toBeLessThan(2.1);
});
