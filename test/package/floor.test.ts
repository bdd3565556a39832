import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

const PROJECT = join(__dirname, '..', '..');
const INSTALLED = join(PROJECT, 'node_modules');

/** The templates of an example, synthesized with one version of the CDK. */
function synth(cdk: string, example: string): Record<string, Set<string>> {
  const consumer = mkdtempSync(join(tmpdir(), 'nhi-floor-'));
  try {
    const modules = join(consumer, 'node_modules');
    mkdirSync(join(modules, 'cdk-nhi-lifecycle'), { recursive: true });
    for (const part of ['lib', 'package.json', 'assets']) {
      cpSync(join(PROJECT, part), join(modules, 'cdk-nhi-lifecycle', part), { recursive: true });
    }
    symlinkSync(join(INSTALLED, cdk), join(modules, 'aws-cdk-lib'));
    symlinkSync(join(INSTALLED, 'constructs'), join(modules, 'constructs'));
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
  } finally {
    rmSync(consumer, { recursive: true, force: true });
  }
}

test.each(['smallest', 'test-and-production', 'agentcore', 'eks', 'github-deployer', 'pipelines'])('%s makes the same resources with the oldest CDK that the peer range allows, and uses nothing deprecated', (example) => {
  const { peerDependencies } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
  const { version } = JSON.parse(readFileSync(join(INSTALLED, 'aws-cdk-lib-floor', 'package.json'), 'utf8'));
  expect(peerDependencies['aws-cdk-lib']).toBe(`^${version}`);

  const oldest = synth('aws-cdk-lib-floor', example);

  expect(oldest).toEqual(synth('aws-cdk-lib', example));
  expect(Object.keys(oldest).length).toBeGreaterThan(0);
});
