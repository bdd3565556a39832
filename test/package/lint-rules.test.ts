import { readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Linter } from 'eslint';
import { LegacyESLint } from 'eslint/use-at-your-own-risk';

// The project's own configuration, without the rules that need the types of the whole project. None of the rules tested here needs them, and they
// cost 15 s.
const ROOT = join(__dirname, '..', '..');
const linterOf = (rules: Linter.RulesRecord) => new LegacyESLint({
  cwd: ROOT,
  overrideConfig: {
    parserOptions: { project: null },
    rules: { '@typescript-eslint/no-floating-promises': 'off', '@typescript-eslint/return-await': 'off', ...rules },
  },
});
// The search for circles reads every file that is imported: it has tests of its own.
const eslint = linterOf({ 'import/no-cycle': 'off' });

/** Rules that a text would break as the content of a file. */
async function broken(filePath: string, text: string, linter = eslint): Promise<(string | null)[]> {
  const [{ messages }] = await linter.lintText(`${text}\n`, { filePath });
  return messages.map(({ ruleId }) => ruleId);
}

const CORE = 'src/core/stage.ts';
const CONTRACT = 'src/contract/steps.ts';
const AWS = 'src/aws/lifecycle-registry/lifecycle-registry.ts';
const GOOGLE = 'src/google/index.ts';
const REVOKERS = 'src/revokers/revoker.ts';
const RUNTIME = 'runtime/engine/steps/begin.ts';
const GOOGLE_PROGRAM = 'runtime/google/teardown/program.ts';
const AWS_WIPER = 'runtime/aws/wipers/namesakes.ts';
const WIPING = 'runtime/wiping/run-wiper.ts';
const CLI = 'cli/program.ts';
const ARROWS = 'import/no-restricted-paths';
const IMPORTS = 'no-restricted-imports';
const TYPED_IMPORTS = '@typescript-eslint/no-restricted-imports';

/** What no file of a room may import, and what it may: rooms are folders, told by one of their files. */
const AWS_ROOMS: readonly [file: string, refused: readonly string[], allowed: readonly string[]][] = [
  ['iam/globs.ts', ['guards/agent-guard', 'access-rules', 'agent-runtime', 'lifecycle-registry', 'agent-identity'], ['iam/quotas']],
  ['findings/wildcards.ts', ['guards/agent-guard', 'access-rules', 'agent-runtime', 'lifecycle-registry', 'agent-identity'], ['iam/globs', 'findings/acknowledge']],
  ['guards/agent-guard.ts', ['access-rules', 'agent-runtime', 'lifecycle-registry', 'agent-identity'], ['iam/globs', 'guards/always-denied']],
  ['access-rules/reach.ts', ['agent-runtime', 'lifecycle-registry', 'agent-identity'], ['iam/globs', 'guards/always-denied', 'access-rules/trust-rules']],
  ['agent-runtime/agent-runtime.ts', ['guards/agent-guard', 'lifecycle-registry', 'agent-identity'], ['iam/globs', 'access-rules', 'agent-runtime/role-kinds']],
  ['model-access/model-access.ts', ['iam/globs', 'guards/agent-guard', 'agent-runtime', 'agent-identity'], ['model-access/invoking']],
  ['token-access/token-access.ts', ['iam/globs', 'access-rules/reach', 'agent-runtime', 'agent-identity'], ['guards/identity-tokens']],
  ['lifecycle-registry/registries.ts', ['access-rules', 'agent-runtime', 'agent-identity'], ['iam/globs', 'guards/agent-guard', 'lifecycle-registry/feature']],
  ['access-certification/review-settings.ts', ['iam/globs', 'guards/agent-guard', 'access-rules', 'agent-runtime', 'agent-identity'], ['lifecycle-registry']],
  ['shared-signals/signal-receiver.ts', ['iam/globs', 'guards/agent-guard', 'access-rules', 'agent-runtime', 'agent-identity', 'access-certification'], ['lifecycle-registry']],
  ['agent-identity/circles.ts', ['index'], ['iam/globs', 'guards/agent-guard', 'access-rules', 'agent-runtime', 'lifecycle-registry', 'agent-identity/placements']],
  ['agent-assertions/declared-grants.ts', ['guards/agent-guard', 'access-rules', 'agent-runtime', 'lifecycle-registry'], ['iam/globs', 'agent-identity']],
  ['guardrails/report.ts', ['guards/agent-guard', 'agent-identity', 'agent-assertions', 'access-certification'], ['iam/globs', 'access-rules', 'agent-runtime', 'lifecycle-registry', 'guardrails/rule']],
  ['agent-fleet/columns.ts', ['iam/globs', 'guards/agent-guard', 'access-rules', 'lifecycle-registry', 'agent-assertions'], ['agent-runtime', 'agent-identity']],
];
const RUNTIME_ROOMS: typeof AWS_ROOMS = [
  ['pages.ts', ['model/plan', 'wiping', 'ledger', 'evidence', 'aws/principals', 'google/api', 'engine/execution', 'operator', 'handlers'], []],
  ['model/plan.ts', ['pages', 'wiping', 'ledger', 'evidence', 'aws/principals', 'google/api', 'engine/execution', 'operator', 'handlers'], ['model/request']],
  ['wiping/run-wiper.ts', ['pages', 'model/plan', 'ledger', 'evidence', 'aws/wipers', 'google/wipers', 'engine/execution', 'operator', 'handlers'], ['wiping/wiper']],
  ['ledger/lock.ts', ['evidence', 'aws/principals', 'google/api', 'engine/execution', 'operator', 'handlers'], ['model/plan', 'wiping', 'ledger/keys']],
  ['certificate/printable.ts', ['model/plan', 'ledger', 'evidence', 'aws/principals', 'google/api', 'engine/execution', 'operator', 'handlers'], ['wiping', 'certificate/certificate-text']],
  ['certification/items.ts', ['wiping', 'ledger', 'evidence', 'aws/principals', 'google/api', 'engine/execution', 'operator', 'handlers'], ['model/plan', 'certification/granted']],
  ['evidence/certificate.ts', ['ledger', 'aws/principals', 'google/api', 'engine/decision/decide', 'operator', 'handlers'], ['model/plan', 'wiping', 'certificate', 'evidence/deletion-record']],
  ['aws/wipers/namesakes.ts', ['ledger', 'evidence', 'google/api', 'engine/execution', 'operator', 'handlers'], ['pages', 'model/plan', 'wiping', 'aws/principals']],
  ['google/teardown/program.ts', ['ledger', 'aws/principals', 'engine/execution', 'operator', 'handlers'], ['pages', 'model/plan', 'wiping', 'certificate', 'evidence', 'revokers/perform', 'google/api']],
  ['engine/steps/begin.ts', ['google/api', 'operator', 'handlers'], ['model/plan', 'wiping', 'ledger', 'evidence', 'aws/principals', 'engine/execution']],
  ['operator/fleet.ts', ['aws/principals', 'google/api', 'handlers'], ['aws/plain-calls', 'model/plan', 'ledger', 'certificate', 'evidence', 'engine/execution', 'operator/placements']],
  ['inventory/read-account.ts', ['google/api', 'google-inventory/facts', 'model/plan', 'ledger', 'engine/execution', 'sweep', 'suspension', 'handlers'],
    ['pages', 'html', 'aws/plain-calls', 'certification', 'evidence', 'operator/in-our-words', 'inventory/entities']],
  ['adoption/definitions.ts', ['google/api', 'model/plan', 'ledger', 'evidence', 'aws/principals', 'operator', 'engine/execution', 'handlers'], ['pages', 'certification', 'inventory', 'adoption/model']],
  ['html/html-file.ts', ['pages', 'model/plan', 'ledger', 'evidence', 'engine/execution', 'operator', 'inventory', 'audit', 'handlers'], ['html/style']],
  ['audit/controls.ts', ['google/api', 'aws/principals', 'engine/execution', 'sweep', 'suspension', 'inventory', 'handlers'],
    ['html', 'model/plan', 'ledger', 'certificate', 'certification/campaign', 'evidence', 'operator/connection', 'audit/report']],
  ['google-inventory/rows.ts', ['model/plan', 'ledger', 'evidence', 'aws/principals', 'engine/execution', 'operator', 'handlers'], ['google/api', 'inventory/model', 'google-inventory/facts']],
  ['google-audit/google-source.ts', ['model/plan', 'ledger', 'aws/principals', 'engine/execution', 'inventory/model', 'handlers'], ['google/api', 'audit/report', 'certificate', 'evidence', 'operator']],
  ['suspension/respond.ts', ['google/api', 'evidence', 'sweep', 'operator', 'handlers'], ['model/plan', 'ledger', 'aws/principals', 'engine/execution']],
  ['notifications/collect.ts', ['google/api', 'evidence', 'aws/principals', 'engine/execution', 'sweep', 'suspension', 'operator', 'handlers'], ['model/plan', 'ledger', 'review-link', 'notifications/day']],
  ['sponsors/directory.ts', ['pages', 'google/api', 'evidence', 'aws/principals', 'model/plan', 'ledger', 'engine/execution', 'sweep', 'operator', 'handlers'], ['sponsors/fetch-json']],
  ['revokers/outbound.ts', ['pages', 'google/api', 'evidence', 'aws/principals', 'model/plan', 'ledger', 'engine/execution', 'sweep', 'operator', 'handlers'], ['revokers/addresses']],
  ['signals/tokens.ts', ['google/api', 'evidence', 'aws/principals', 'model/plan', 'notifications', 'revokers/outbound', 'engine/execution', 'sweep', 'operator', 'handlers'], ['ledger', 'signals/signer']],
  ['catalogue/sync.ts', ['google/api', 'evidence', 'aws/principals', 'notifications', 'signals/tokens', 'revokers/outbound', 'engine/execution', 'sweep', 'operator', 'handlers'],
    ['aws/plain-calls', 'model/plan', 'ledger', 'catalogue/records']],
  ['revokers/perform.ts', ['pages', 'google/api', 'evidence', 'aws/principals', 'model/plan', 'ledger', 'engine/execution', 'sponsors', 'operator', 'handlers'], ['revokers/kind']],
  ['databases/user.ts', ['pages', 'google/api', 'evidence', 'aws/principals', 'model/plan', 'ledger', 'engine/execution', 'sponsors', 'operator', 'handlers'], ['revokers/kind', 'databases/sql']],
  ['review-link/link.ts', ['model/plan', 'ledger', 'notifications', 'review-page', 'engine/execution', 'operator', 'handlers'], ['review-link/mac']],
  ['review-page/links.ts', ['google/api', 'evidence', 'aws/principals', 'notifications', 'sweep', 'suspension', 'operator', 'handlers'],
    ['model/plan', 'ledger', 'certification', 'review-link', 'engine/execution', 'review-page/words']],
  ['sweep/plan.ts', ['google/api', 'evidence', 'aws/principals', 'suspension', 'operator', 'handlers'], ['model/plan', 'ledger', 'engine/execution', 'sweep/walk']],
  ['handlers/clients.ts', ['google/api', 'operator'], ['model/plan', 'ledger', 'evidence', 'aws/principals', 'engine/execution', 'sponsors/directory', 'suspension/respond', 'sweep/plan', 'handlers/environment']],
];
const importing = (parent: string, file: string, others: readonly string[]) => others.map((other) => (
  `export * from './${relative(join(parent, dirname(file)), join(parent, other))}';`)).join('\n');

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
    ['the domain', CORE, '../aws/guards/agent-guard'],
    ['the domain', CORE, '../google'],
    ['the domain', CORE, '../index'],
    ['the domain', CORE, '../../runtime/ledger'],
    ['the domain', CORE, '../../cli/program'],
    ['the domain', CORE, '../contract'],
    ['the contract', CONTRACT, '../aws'],
    ['the contract', CONTRACT, '../google'],
    ['the contract', CONTRACT, '../index'],
    ['the contract', CONTRACT, '../../runtime/ledger'],
    ['the contract', CONTRACT, '../../cli/program'],
    ['the AWS half', AWS, '../../google'],
    ['the AWS half', AWS, '../../index'],
    ['the AWS half', AWS, '../../contract/google'],
    ['the AWS half', AWS, '../../../runtime/ledger'],
    ['the AWS half', AWS, '../../../cli/program'],
    ...['../aws', '../google', '../index', '../contract/google', '../../runtime/ledger', '../../cli/program'].map((path) => ['revokers', REVOKERS, path]),
    ['the Google half', GOOGLE, '../aws'],
    ['the Google half', GOOGLE, '../index'],
    ['the Google half', GOOGLE, '../../runtime/ledger'],
    ['the Google half', GOOGLE, '../../cli/program'],
    ['what runs after deployment', RUNTIME, '../../../src/aws'],
    ['what runs after deployment', RUNTIME, '../../../src/aws/lifecycle-registry/lifecycle-machine'],
    ['what runs after deployment', RUNTIME, '../../../src/google'],
    ['what runs after deployment', RUNTIME, '../../../src'],
    ['what runs after deployment', RUNTIME, 'cdk-nhi-lifecycle'],
    ['what runs after deployment', RUNTIME, '../../../cli/program'],
    ['what runs for Google', GOOGLE_PROGRAM, '../../aws/principals'],
    ['what runs for AWS', AWS_WIPER, '../../google/api'],
    ['what runs for AWS', AWS_WIPER, '../../../src/contract/google'],
    ['what both clouds share', WIPING, '../aws/wipers'],
    ['what both clouds share', WIPING, '../google/wipers'],
    ['the domain', CORE, '../revokers'],
    ['the contract', CONTRACT, '../revokers'],
    ['what runs after deployment', RUNTIME, '../../../src/revokers'],
    ['the command', CLI, '../src/revokers'],
    ['the command', CLI, '../src/aws'],
    ['the command', CLI, '../src/google'],
    ['the command', CLI, '../src'],
    ...['aws/principals', 'engine/execution', 'google/api', 'handlers', 'ledger', 'wiping'].map((room) => ['the command', CLI, `../runtime/${room}`]),
    ...['model/plan', 'ledger/lock', 'certificate/printable', 'evidence/certificate', 'engine/execution', 'operator/fleet', 'handlers/clients'].map((file) => (
      ['what runs for AWS', `runtime/${file}.ts`, '../../src/contract/google'])),
  ])('%s (%s) may not import %s', async (_, file, path) => {
    expect(await broken(file, `export * from '${path}';`)).toEqual([ARROWS]);
  });

  test.each([
    ['the domain', CORE, './errors'],
    ['the contract', CONTRACT, '../core/errors'],
    ['the contract', CONTRACT, './tags'],
    ['the AWS half', AWS, '../../core/errors'],
    ['the AWS half', AWS, '../guards/agent-guard'],
    ['the AWS half', AWS, '../../contract'],
    ['the AWS half', AWS, '../../revokers'],
    ['the Google half', GOOGLE, '../revokers'],
    ['revokers', REVOKERS, '../core/errors'],
    ['the Google half', GOOGLE, '../contract/google'],
    ['the Google half', GOOGLE, '../core/errors'],
    ['what runs after deployment', RUNTIME, '../../../src/core/errors'],
    ['what runs after deployment', RUNTIME, '../../../src/contract'],
    ['what runs after deployment', RUNTIME, '../../ledger'],
    ['what runs for Google', GOOGLE_PROGRAM, '../../wiping'],
    ['the command', CLI, '../src/core/errors'],
    ['the command', CLI, '../src/contract'],
    ['the command', CLI, '../runtime/operator'],
    ['the command', CLI, '../runtime/inventory'],
    ['the command', CLI, '../runtime/google-inventory'],
    ['the command', CLI, '../runtime/google-audit'],
    ['the command', CLI, '../runtime/adoption'],
    ['the command', CLI, '../runtime/evidence'],
    ['the command', CLI, '../runtime/model/placement-state'],
    ['what both clouds share', WIPING, '../../src/core/errors'],
    ['a test', 'test/package/package.test.ts', '../../src/aws'],
    ['an example', 'examples/quickstart/run.ts', '../../runtime/ledger'],
  ])('twin: %s (%s) may import %s', async (_, file, path) => {
    expect(await broken(file, `export * from '${path}';`)).toEqual([]);
  });

  test.each([
    ['a type', 'import type { AgentGuard } from \'../../../src/aws\';\n\nexport type Mine = AgentGuard;'],
    ['a namespace', 'import * as aws from \'../../../src/aws\';\n\nexport const mine = aws;'],
    ['what is loaded later', 'export const mine = import(\'../../../src/aws\');'],
  ])('%s is no way around', async (_, text) => {
    expect(await broken(RUNTIME, text)).toEqual([ARROWS]);
  });
});

describe.each([['src/aws', AWS_ROOMS], ['runtime', RUNTIME_ROOMS]])('rooms of %s', (parent, rooms) => {
  test.each(rooms)('%s may not import %j', async (file, refused) => {
    const rules = await broken(join(parent, file), importing(parent, file, refused));
    expect(rules.filter((rule) => rule === ARROWS)).toHaveLength(refused.length);
  });

  test.each(rooms)('twin: %s may import its own, and what is below', async (file, _refused, allowed) => {
    expect(await broken(join(parent, file), importing(parent, file, allowed))).not.toContain(ARROWS);
  });

  test('each folder is one of them', () => {
    const folders = readdirSync(join(ROOT, parent), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(folders.filter((name) => !rooms.some(([file]) => file.startsWith(`${name}/`)))).toEqual([]);
  });
});

describe('circles', () => {
  /** The rule as it is set, without its short cut: it takes from the disk which files are in a circle, and a text that is tested is not on the disk. */
  async function unshortened(): Promise<LegacyESLint> {
    const { rules } = await new LegacyESLint({ cwd: ROOT }).calculateConfigForFile(CORE) as { rules: Record<string, [string, object?]> };
    const [severity, options] = rules['import/no-cycle'];
    return linterOf({ 'import/no-cycle': [severity as 'error', { ...options, disableScc: true }] });
  }

  test.each([
    ['src/core/errors.ts', './instance'],
    ['runtime/engine/execution.ts', './loaded-request'],
    ['src/aws/agent-identity/agent-defaults.ts', './given-classes'],
  ])('%s may not import %s, which imports it', async (file, path) => {
    expect(await broken(file, `export * from '${path}';`, await unshortened())).toContain('import/no-cycle');
  });

  test('twin: the other direction is allowed', async () => {
    expect(await broken('src/core/instance.ts', 'export * from \'./errors\';', await unshortened())).toEqual([]);
  });
});

describe.each([['what runs after deployment', RUNTIME], ['what runs for Google', GOOGLE_PROGRAM], ['the command', CLI]])('%s uses no constructs', (_, file) => {
  test.each(['aws-cdk-lib', 'aws-cdk-lib/aws-iam', 'constructs', 'cdktf', '@cdktf/provider-google/lib/service-account'])('it may not import %s', async (name) => {
    expect(await broken(file, `export * from '${name}';`)).toContain(TYPED_IMPORTS);
    expect(await broken(file, `import type { Mine } from '${name}';\n\nexport type Ours = Mine;`)).toContain(TYPED_IMPORTS);
  });

  test('twin: it may import clients of AWS and packages that are bundled', async () => {
    expect(await broken(file, 'export * from \'@aws-sdk/client-iam\';')).not.toContain(TYPED_IMPORTS);
    expect(await broken(file, 'export * from \'zod\';')).toEqual([]);
    expect(await broken(file, 'import * as z from \'zod\';\n\nexport const name = z.string();')).toEqual([]);
    expect(await broken(file, 'import { z } from \'zod\';\n\nexport const name = z.string();')).toEqual(['no-restricted-syntax']);
  });
});

describe.each([['the domain', CORE], ['the contract', CONTRACT]])('%s is pure', (_, file) => {
  test.each(['aws-cdk-lib', 'aws-cdk-lib/aws-iam', 'constructs', 'cdktf', '@cdktf/provider-google/lib/service-account', '@cdktf/provider-google', '@aws-sdk/client-iam'])(
    'it may not import %s', async (name) => {
      expect(await broken(file, `export * from '${name}';`)).toContain(TYPED_IMPORTS);
    });

  test('twin: a type may be imported, as it loads nothing', async () => {
    expect(await broken(file, 'export type { Duration } from \'aws-cdk-lib\';')).toEqual([]);
  });

  test('twin: what Node.js has is allowed, and the AWS half may import its cloud', async () => {
    expect(await broken(file, 'export * from \'node:crypto\';')).toEqual([]);
    expect(await broken(AWS, 'export * from \'aws-cdk-lib/aws-iam\';')).toEqual([]);
  });
});

describe('any', () => {
  test.each([CORE, CONTRACT, AWS, GOOGLE, 'src/index.ts'])('is forbidden in what users import: %s', async (file) => {
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
