import { join } from 'node:path';
import { LegacyESLint } from 'eslint/use-at-your-own-risk';

// The project's own configuration, without what needs the types of the whole project: none of the rules asked about here does, and it costs 15 s.
const eslint = new LegacyESLint({
  cwd: join(__dirname, '..', '..'),
  overrideConfig: {
    parserOptions: { project: null },
    rules: { '@typescript-eslint/no-floating-promises': 'off', '@typescript-eslint/return-await': 'off' },
  },
});

/** Rules that a text breaks, were it the content of a file. */
async function broken(filePath: string, text: string): Promise<(string | null)[]> {
  const [{ messages }] = await eslint.lintText(`${text}\n`, { filePath });
  return messages.map(({ ruleId }) => ruleId);
}

const CORE = 'src/core/stage.ts';
const AWS = 'src/aws/agent-registry/agent-registry.ts';
const GOOGLE = 'src/google/index.ts';
const RUNTIME = 'runtime/steps/begin.ts';
const CLI = 'cli/program.ts';
const ARROWS = 'import/no-restricted-paths';
const IMPORTS = 'no-restricted-imports';

describe('@cdktf/provider-google', () => {
  test.each(['@cdktf/provider-google', '@cdktf/provider-google/lib', '@cdktf/provider-google/lib/index'])('its root %s is forbidden wherever it is imported', async (root) => {
    for (const file of [GOOGLE, RUNTIME, 'test/package/package.test.ts', 'examples/quickstart/run.ts']) {
      expect(await broken(file, `export * from '${root}';`)).toContain(IMPORTS);
    }
  });

  test('twin: one resource of it is allowed', async () => {
    expect(await broken(GOOGLE, 'export { ServiceAccount } from \'@cdktf/provider-google/lib/service-account\';')).toEqual([]);
  });
});

describe('arrows', () => {
  test.each([
    ['the domain', CORE, '../aws'],
    ['the domain', CORE, '../aws/guards'],
    ['the domain', CORE, '../google'],
    ['the domain', CORE, '../index'],
    ['the domain', CORE, '../../runtime/ledger'],
    ['the domain', CORE, '../../cli/program'],
    ['the AWS half', AWS, '../../google'],
    ['the AWS half', AWS, '../../index'],
    ['the AWS half', AWS, '../../../runtime/ledger'],
    ['the AWS half', AWS, '../../../cli/program'],
    ['the Google half', GOOGLE, '../aws'],
    ['the Google half', GOOGLE, '../index'],
    ['the Google half', GOOGLE, '../../runtime/ledger'],
    ['the Google half', GOOGLE, '../../cli/program'],
    ['what runs after deployment', RUNTIME, '../../src/aws'],
    ['what runs after deployment', RUNTIME, '../../src/aws/agent-registry/registry-names'],
    ['what runs after deployment', RUNTIME, '../../src/google'],
    ['what runs after deployment', RUNTIME, '../../src'],
    ['what runs after deployment', RUNTIME, 'cdk-nhi-lifecycle'],
    ['what runs after deployment', RUNTIME, '../../cli/program'],
    ['the command', CLI, '../src/aws'],
    ['the command', CLI, '../src/google'],
    ['the command', CLI, '../src'],
  ])('%s (%s) may not import %s', async (_, file, path) => {
    expect(await broken(file, `export * from '${path}';`)).toEqual([ARROWS]);
  });

  test.each([
    ['the domain', CORE, './errors'],
    ['the AWS half', AWS, '../../core/errors'],
    ['the AWS half', AWS, '../guards'],
    ['the Google half', GOOGLE, '../core/errors'],
    ['what runs after deployment', RUNTIME, '../../src/core/errors'],
    ['what runs after deployment', RUNTIME, '../ledger'],
    ['the command', CLI, '../src/core/errors'],
    ['the command', CLI, '../runtime/ledger'],
    ['a test', 'test/package/package.test.ts', '../../src/aws'],
    ['an example', 'examples/quickstart/run.ts', '../../runtime/ledger'],
  ])('twin: %s (%s) may import %s', async (_, file, path) => {
    expect(await broken(file, `export * from '${path}';`)).toEqual([]);
  });

  test.each([
    ['a type', 'import type { AgentGuard } from \'../../src/aws\';\n\nexport type Mine = AgentGuard;'],
    ['a namespace', 'import * as aws from \'../../src/aws\';\n\nexport const mine = aws;'],
    ['what is loaded later', 'export const mine = import(\'../../src/aws\');'],
  ])('%s is no way around', async (_, text) => {
    expect(await broken(RUNTIME, text)).toEqual([ARROWS]);
  });
});

describe('the domain knows no cloud', () => {
  test.each(['aws-cdk-lib', 'aws-cdk-lib/aws-iam', 'constructs', 'cdktf', '@cdktf/provider-google/lib/service-account', '@cdktf/provider-google', '@aws-sdk/client-iam'])(
    'it may not import %s', async (name) => {
      expect(await broken(CORE, `export * from '${name}';`)).toContain(IMPORTS);
    });

  test('twin: what Node.js has is allowed, and the AWS half may import its cloud', async () => {
    expect(await broken(CORE, 'export * from \'node:crypto\';')).toEqual([]);
    expect(await broken(AWS, 'export * from \'aws-cdk-lib/aws-iam\';')).toEqual([]);
  });
});

describe('any', () => {
  test.each([CORE, AWS, GOOGLE, 'src/index.ts'])('is forbidden in what users import: %s', async (file) => {
    expect(await broken(file, 'export interface Props {\n  readonly value: any;\n}')).toEqual(['@typescript-eslint/no-explicit-any']);
    expect(await broken(file, 'export function take(values: Array<any>): void {\n  values.pop();\n}')).toEqual(['@typescript-eslint/no-explicit-any']);
  });

  test.each([CORE, AWS, GOOGLE, 'src/index.ts'])('twin: unknown is allowed: %s', async (file) => {
    expect(await broken(file, 'export interface Props {\n  readonly value: unknown;\n}')).toEqual([]);
  });
});

describe('exemptions', () => {
  const BITS = 'export const bits = 1 | 2;';
  const FILES = [CORE, AWS, RUNTIME, CLI, 'test/package/package.test.ts'];
  const UNDESCRIBED = '@eslint-community/eslint-comments/require-description';

  test.each([
    `// eslint-disable-next-line no-bitwise\n${BITS}`,
    `${BITS} // eslint-disable-line no-bitwise`,
    `/* eslint-disable no-bitwise */\n${BITS}`,
    `/* eslint-disable */\n${BITS}`,
    `/* eslint no-bitwise: off */\n${BITS}`,
  ])('one without a reason is an error: %j', async (text) => {
    for (const file of FILES) {
      expect(await broken(file, text)).toContain(UNDESCRIBED);
    }
  });

  test.each([`// eslint-disable-next-line no-bitwise -- flags of a protocol\n${BITS}`, `/* eslint-disable no-bitwise -- flags of a protocol */\n${BITS}`])(
    'twin: one with a reason is allowed: %j', async (text) => {
      for (const file of FILES) {
        expect(await broken(file, text)).toEqual([]);
      }
    });

  test('without one, the rule holds', async () => {
    expect(await broken(CORE, BITS)).toEqual(['no-bitwise']);
  });
});
