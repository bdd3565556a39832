import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const SOURCES = ['src', 'runtime', 'cli'].flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts')).map((name) => join(folder, name)));

/** A file without its comments, which may mention anything. Texts keep their `//`, which follows a colon or a quote. */
function codeOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8').replace(/\/\*[^]*?\*\//g, '').replace(/(^|\s)\/\/ .*$/gm, '');
}

const CODE = new Map(SOURCES.map((file) => [file, codeOf(file)]));

/** Facts that more than one part of the project needs: how each is spelled, and the one file that spells it. */
const FACTS: readonly [what: string, spelled: RegExp, home: string][] = [
  ['the form of an agent\'s name', /\[a-z0-9-\]\{1,46\}/, 'src/core/name-forms.ts'],
  ['the form of a stage\'s name', /\[a-z0-9\]\{1,14\}/, 'src/core/name-forms.ts'],
  ['the form of a registry\'s name', /\[a-z0-9-\]\{(1,18|2,19|1,19)\}/, 'src/core/name-forms.ts'],
  ['the default registry\'s name', /(?<!details, )['"`]agents['"`]/, 'src/core/name-forms.ts'],
  ['the form of a stack\'s name', /\[A-Za-z0-9-\]\{0,127\}/, 'src/contract/name-forms.ts'],
  ['the form of a secret\'s name', /\{1,512\}/, 'src/contract/name-forms.ts'],
  ['the prefix of an event\'s type', /nhi\.lifecycle\b|nhi\\\.lifecycle/, 'src/core/lifecycle-event.ts'],
  ['the source of an event', /['"`]\/nhi\//, 'src/core/lifecycle-event.ts'],
  ['a caller among the trusted principals', /`Agent \$\{/, 'src/contract/callers.ts'],
  ['the kinds of origin', /['"`]schedule['"`]\s*(\||,\s*['"`]event)/, 'src/contract/request-id.ts'],
  // The cut of executions names those of all state machines.
  ['the ARN of an execution', /['"`:]execution:(?!\*)/, 'src/contract/registry-names.ts'],
  ['the log group of a function', /\/aws\/lambda\//, 'src/contract/registry-names.ts'],
  ['the log group of the state machine', /\/aws\/vendedlogs\//, 'src/contract/registry-names.ts'],
  ['the table', /withPrefix\('ledger'\)|(\}|nhi)-ledger[`']/, 'src/contract/registry-names.ts'],
  ['the bucket of evidence', /[`}-]evidence-/, 'src/contract/registry-names.ts'],
  ['the infix of the names of a registry\'s resources', /(?<!cdk)-nhi-/, 'src/contract/registry-names.ts'],
  ['the event of an execution that ended', /aws\.states|Step Functions Execution Status Change/, 'src/contract/ended-execution.ts'],
  ['the prefix of the agents\' tags', /\bagent:(?=['"`]|(name|sponsor|stage|expires|purpose|cost-center|registry)\b)/, 'src/contract/tags.ts'],
  ['the resource that asks the engine', /Custom::AgentLifecycle/, 'src/contract/lifecycle-resource.ts'],
  ['the resource that keeps the registry while agents live', /Custom::LifecycleRegistryDeletionCheck/, 'src/contract/lifecycle-resource.ts'],
  ['the rows of the ledger', /['"`](placement|request|due|work)#/, 'src/contract/ledger-rows.ts'],
  ['the keys of certificates', /['"`]certificates\//, 'src/contract/evidence-keys.ts'],
  ['the inline policy of the quarantine', /nhi-quarantine/, 'src/contract/policy-names.ts'],
  ['the ARN of AWSDenyAll', /policy\/AWSDenyAll/, 'src/contract/policy-names.ts'],
  ['the namespace of the metrics', /['"`]NhiLifecycle['"`]/, 'src/contract/metrics.ts'],
  ['the variables of the functions', /['"`](LEDGER_TABLE|REGISTRY_PATH|STATE_MACHINE_ARN|EVIDENCE_BUCKET)['"`]/, 'src/contract/environment.ts'],
  ['the variables of Google\'s programs', /['"`]NHI_(TEARDOWN|RECORD)['"`]/, 'src/contract/google/programs.ts'],
];

test.each(FACTS)('%s is spelled in one file', (_what, spelled, home) => {
  expect(SOURCES.filter((file) => spelled.test(CODE.get(file)!))).toEqual([home]);
});

test('comments don\'t count, and code does', () => {
  const home = CODE.get('src/contract/tags.ts')!;
  expect(home).toContain('\'agent:\'');
  expect(home).not.toContain('IAM compares tag keys');
  expect(home).not.toContain('docs.aws.amazon.com');
  expect(CODE.get('runtime/google/api/access-tokens.ts')).toContain('https://www.googleapis.com');
});
