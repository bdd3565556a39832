import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

const PROJECT = join(__dirname, '..', '..');
const INSTALLED = join(PROJECT, 'node_modules');

/** Does something in a folder that has the compiled library and one version of the CDK. */
function inConsumer<T>(cdk: string, use: (consumer: string) => T): T {
  const consumer = mkdtempSync(join(tmpdir(), 'nhi-floor-'));
  try {
    const modules = join(consumer, 'node_modules');
    mkdirSync(join(modules, 'cdk-nhi-lifecycle'), { recursive: true });
    for (const part of ['lib', 'package.json', 'assets']) {
      cpSync(join(PROJECT, part), join(modules, 'cdk-nhi-lifecycle', part), { recursive: true });
    }
    symlinkSync(join(INSTALLED, cdk), join(modules, 'aws-cdk-lib'));
    symlinkSync(join(INSTALLED, 'constructs'), join(modules, 'constructs'));
    return use(consumer);
  } finally {
    rmSync(consumer, { recursive: true, force: true });
  }
}

/** The templates of an example, synthesized with one version of the CDK. */
function synth(cdk: string, example: string): Record<string, Set<string>> {
  return inConsumer(cdk, (consumer) => {
    const source = readFileSync(join(PROJECT, 'examples', example, 'app.ts'), 'utf8');
    const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true };
    const { outputText } = transpileModule(source, { compilerOptions });
    writeFileSync(join(consumer, 'app.js'), outputText);
    const env = { ...process.env, CDK_OUTDIR: join(consumer, 'out'), JSII_DEPRECATED: 'fail' };
    execFileSync(process.execPath, ['app.js'], { cwd: consumer, stdio: ['ignore', 'ignore', 'pipe'], env });
    return Object.fromEntries((readdirSync(join(consumer, 'out'), { recursive: true }) as string[]).filter((file) => file.endsWith('.template.json')).map((file) => {
      const { Resources: resources } = JSON.parse(readFileSync(join(consumer, 'out', file), 'utf8')) as { Resources: Record<string, { Type: string }> };
      return [file, new Set(Object.entries(resources).map(([id, { Type: type }]) => `${type} ${id}`))];
    }));
  });
}

test.each(['smallest', 'test-and-production', 'agentcore', 'eks', 'github-deployer', 'pipelines'])('%s makes the same resources with the oldest CDK that the peer range allows, and uses nothing deprecated', (example) => {
  const { peerDependencies } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
  const { version } = JSON.parse(readFileSync(join(INSTALLED, 'aws-cdk-lib-floor', 'package.json'), 'utf8'));
  expect(peerDependencies['aws-cdk-lib']).toBe(`^${version}`);

  const oldest = synth('aws-cdk-lib-floor', example);

  expect(oldest).toEqual(synth('aws-cdk-lib', example));
  expect(Object.keys(oldest).length).toBeGreaterThan(0);
});

const GUARDED = `
const { App, Stack, Validations, aws_iam: iam } = require('aws-cdk-lib');
const { AgentGuardrails, Expiry } = require('cdk-nhi-lifecycle');
const app = new App();
const role = new iam.Role(new Stack(app, 'Shop'), 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
role.addToPolicy(new iam.PolicyStatement({ actions: ['*'], resources: ['*'] }));
if (process.env.BY === 'us') {
  AgentGuardrails.acknowledge(role, { rules: ['NHI5-administrator'], reason: 'It sets up the account, once', until: Expiry.on('2099-03-31') });
} else {
  Validations.of(role).acknowledge({ id: 'AgentGuardrails::NHI5-administrator', reason: 'It sets up the account, once' });
}
Validations.of(app).addPlugins(new AgentGuardrails());
app.synth();
`;

test.each(['aws-cdk-lib', 'aws-cdk-lib-floor'])('the guardrails work with %s, which lets no acknowledgement without an end silence what fails', (cdk) => {
  const run = (by: string): { status: number | null; text: string } => inConsumer(cdk, (consumer) => {
    writeFileSync(join(consumer, 'app.js'), GUARDED);
    const { status, stdout, stderr } = spawnSync(process.execPath, ['app.js'], { cwd: consumer, encoding: 'utf8', env: { ...process.env, BY: by, CDK_OUTDIR: join(consumer, 'out') } });
    return { status, text: stdout + stderr };
  });

  expect(run('cdk')).toEqual({ status: 1, text: expect.stringContaining('NHI5-administrator') });
  expect(run('us')).toEqual({ status: 0, text: expect.stringContaining('acknowledged until 2099-04-01') });
});
