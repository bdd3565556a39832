import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { widthOf } from '../../../cli/fit-table';
import { CHECKS } from '../../../runtime/operator';
import { named } from '../../runtime/ledger/memory-table';
import { connectionWith, healthy, missing } from '../../runtime/operator/doctor/healthy';
import { Registry } from '../registry';

const GUIDE = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'guide', 'operators.md'), 'utf8');

let registry: Registry;
beforeEach(() => (registry = new Registry()));

/** Runs it on a registry that is healthy but for these changes. */
async function doctor(changes: Record<string, unknown> = {}, ...words: string[]) {
  const { cloudFormation, stateMachine, s3, plain } = connectionWith({ ...healthy(), ...changes });
  registry.services = { cloudFormation, stateMachine, s3, plain };
  return registry.nhi('doctor', ...words);
}

const SOME = {
  'cloudTrail GetTrailStatus eu-west-1': { IsLogging: false },
  'lambda 2015-03-31/functions/agents-nhi-sponsors/configuration': missing(),
  'sqs': named('AccessDeniedException', 'arn:aws:sts::111122223333:assumed-role/operator/ada may not do that'),
};

test('shows each finding with its fix, and counts them: as in the guide', async () => {
  await registry.join();
  const { output, exitCode } = await doctor(SOME);

  expect(exitCode).toBe(2);
  expect(output).toContain('ok       version: the registry has schema version 4, this command 4\n');
  expect(output).toMatch(/^ERROR {4}CloudTrail: no trail .*\n {9}fix: create a trail/m);
  expect(output).toMatch(/^WARNING {2}sponsor directory: .*\n {9}fix: set sponsorDirectory/m);
  expect(output).toMatch(/^UNKNOWN {2}dead letters: not checked: .*\n {9}fix: .*sqs:GetQueueAttributes/m);
  expect(output.trimEnd().split('\n').at(-1)).toBe('1 errors, 1 warnings, 1 not checked, 7 ok');
  expect(GUIDE).toContain(`\`\`\`text\n$ nhi doctor\n${output}\`\`\``);
});

test.each<[string, Record<string, unknown>, number]>([
  ['all is well', {}, 0],
  ['there is a warning only', { 'lambda 2015-03-31/functions/agents-nhi-sponsors/configuration': missing() }, 0],
  ['there is an error', { sqs: { ApproximateNumberOfMessages: '1' } }, 2],
  ['a check could not be made', { sqs: named('AccessDeniedException') }, 3],
  ['there is an error, and a check could not be made', SOME, 2],
])('the exit code when %s', async (_when, changes, exitCode) => {
  expect(await doctor(changes)).toMatchObject({ exitCode });
});

test('--json has the findings, and the same exit code', async () => {
  await registry.join();
  const { output, exitCode } = await doctor(SOME, '--json');

  expect(exitCode).toBe(2);
  expect(JSON.parse(output)).toMatchObject({ registry: 'agents', livingAgents: 1, findings: expect.arrayContaining([{ check: 'CloudTrail', severity: 'error', seen: expect.any(String), fix: expect.any(String) }]) });
});

test.each([30, 60, 100])('no line is wider than %i columns, nothing is lost, and hostile text moves no cursor', async (columns) => {
  const hostile = { 'lambda 2015-03-31/functions/agents-nhi-sponsors/invocations': [{ status: 'no-answer', evidence: `\u001b[2J\u202e${'x'.repeat(150)} end` }] };
  const whole = (await doctor(hostile)).output;
  registry.terminalColumns = columns;
  const { output } = await doctor(hostile);

  expect(output.split('\n').filter((line) => widthOf(line) > columns)).toEqual([]);
  expect(output.replace(/\s/g, '')).toBe(whole.replace(/\s/g, ''));
  expect(whole.replace(/\n/g, '')).not.toMatch(/\p{C}/u);
});

test('fails when the ledger can\'t be read, with no findings', async () => {
  registry.memory.disturb = () => { throw named('AccessDeniedException', 'no'); };

  expect(await doctor()).toMatchObject({ output: '', exitCode: 1, message: 'no' });
});

test('the guide names every action that a check needs', () => {
  expect(CHECKS.flatMap(({ needs }) => needs).filter((action) => !GUIDE.includes(`\`${action}\``))).toEqual([]);
});
