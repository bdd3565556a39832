import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CliCredentialsStackSynthesizer } from 'aws-cdk-lib';
import { EXPIRES, FROZEN_FILE, FrozenVersion, packed } from './frozen';
import { agentApp, Build, platform } from '../harness/apps';

/**
 * Freezes what the present version of the library deploys, for the test of an upgrade from it: `npx tsx test/e2e/upgrade/freeze.ts <name of the version>`. Run it
 * in the version that was landed, with fresh bundles, when the schema of the next one differs.
 */
const [version] = process.argv.slice(2);
const env = { account: '111122223333', region: 'us-east-1' };
const builds: Build[] = [platform(), agentApp(), agentApp({ stackName: 'LedgerBot', agentName: 'ledger-bot' })];

const folder = mkdtempSync(join(tmpdir(), 'nhi-freeze-'));
const stacks = builds.flatMap((build, index) => {
  const app = new App({
    outdir: join(folder, String(index)), defaultStackSynthesizer: new CliCredentialsStackSynthesizer(), analyticsReporting: false,
  });
  build(app, env);
  const made = app.synth().stacks;
  return made.map((stack) => ({ name: stack.stackName, template: JSON.stringify(stack.template), outdir: stack.assembly.directory }));
});
const end = /"ExpiresAt":"([^"]+)"/.exec(stacks.map(({ template }) => template).join())![1];
const codes = stacks.flatMap(({ template, outdir }) => [...template.matchAll(/([0-9a-f]{64})\.zip/g)]
  .map(([key, hash]) => ({ key, folder: join(outdir, `asset.${hash}`) })));
const frozen: FrozenVersion = {
  version,
  ...env,
  templates: Object.fromEntries(stacks.map(({ name, template }) => [name, template.replaceAll(end, EXPIRES)])),
  assets: Object.fromEntries(codes.map(({ key, folder: files }) => [key, Object.fromEntries(readdirSync(files).map((name) => [name, readFileSync(join(files, name), 'utf8')]))])),
};
writeFileSync(FROZEN_FILE, packed(frozen));
rmSync(folder, { recursive: true });
execFileSync('ls', ['-l', FROZEN_FILE], { stdio: 'inherit' });
