import { program } from '../../../cli/program';
import { ADA } from '../../runtime/engine/review-world';
import { CampaignWorld, NAME } from '../../runtime/operator/campaign/campaign-world';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../../runtime/engine/mailbox')>('../../runtime/engine/mailbox').responsesToMailbox());

let world: CampaignWorld;
beforeEach(async () => {
  world = new CampaignWorld();
  await world.join();
  await world.add('quiet-bot', 'production');
});

interface Outcome { readonly output: string; readonly progress: string; readonly exitCode: number; readonly failure?: string }

/** Runs the command as a script does. */
async function nhi(...words: string[]): Promise<Outcome> {
  let [output, progress] = ['', ''];
  const outside = {
    connect: async () => world.connection,
    connectDeployed: () => { throw new Error('nothing is deployed'); },
    connectGoogle: () => { throw new Error('not on Google'); },
    now: () => world.fake.now,
    progress: { write: (text: string) => (progress += text) },
    lookEveryMs: 0,
  };
  const command = program({ write: (text: string) => (output += text) }, outside);
  const quiet = (one: ReturnType<typeof program>): void => {
    one.exitOverride().configureOutput({ writeErr: () => undefined });
    one.commands.forEach(quiet);
  };
  quiet(command);
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    await command.parseAsync(['node', 'nhi', ...words]);
    return { output, progress, exitCode: process.exitCode };
  } catch (error) {
    return { output, progress, exitCode: 1, failure: (error as { code: string }).code };
  } finally {
    process.exitCode = before;
  }
}

test('from open to verify, in words for people', async () => {
  const opened = await nhi('campaign', 'open', NAME, '--stage', 'test', '--yes');
  expect(opened.progress).toContain('bring the review of each agent forward, 20 at a time; sweeps open them, about 0.00 USD');
  expect(opened.output).toContain('population  1 agents; IAM had 2 roles and 0 users of the registry, 0 of them of no agent');
  expect(opened.output).toContain('excluded    1: it is in a stage that the campaign is not about');
  expect(opened.output).toContain('delivered   1 of 1 reviews are brought forward');

  await world.sweepAll();
  expect((await nhi('campaign', 'status', NAME)).output).toMatch(/asked +1: its sponsor is asked.*\n.*no targeted risk analysis says why\nMANAGEMENT  has acknowledged no campaign.*\n\nagent +stage +state +deadline +sponsor\ninvoice-bot +test +asked/);
  expect(await nhi('campaign', 'close', NAME, '--yes')).toMatchObject({ failure: 'CampaignUndecided', exitCode: 1 });
  await world.decide(ADA, { verdict: 'keep', items: ['dynamodb', 's3'] });
  expect((await nhi('campaign', 'status', NAME)).output).toContain('everything is decided');

  expect((await nhi('campaign', 'close', NAME, '--yes')).output).toContain('signed      ECDSA_SHA_256 with arn:aws:kms:');
  expect(await nhi('campaign', 'verify', NAME)).toMatchObject({ exitCode: 0, output: expect.stringMatching(/kept +1: certified as it was[^]*not decided quiet-bot: excluded[^]*all is as it was written/) });
});

test('management acknowledges a closed campaign; verify and status say so', async () => {
  await nhi('campaign', 'open', NAME, '--yes');
  await nhi('campaign', 'close', NAME, '--undecided', 'The auditor comes before the deadline', '--yes');
  expect((await nhi('campaign', 'verify', NAME)).output).toContain('management  has not acknowledged it\n');
  const acknowledge = ['campaign', 'acknowledge', NAME, '--reason', 'Presented to the board in October'];
  expect(await nhi(...acknowledge, '--yes')).toMatchObject({ failure: 'SecondPersonNeeded' });

  Object.assign(world.connection, { operator: 'arn:aws:sts::111122223333:assumed-role/management/cfo@example.com' });
  expect(await nhi(...acknowledge)).toMatchObject({ failure: 'ConsentMissing' });
  const { output, progress } = await nhi(...acknowledge, '--yes');
  expect(progress).toContain('NOT DECIDED waiting');
  expect(output).toMatch(/management  acknowledged it at .* by arn:aws:sts::.*cfo@example.com: Presented to the board/);
  expect((await nhi('campaign', 'verify', NAME)).output).toContain('management  acknowledged it at ');
  expect((await nhi('campaign', 'status', NAME)).output).toContain(`management  last acknowledged campaign ${NAME} at `);
  world.pass(400);
  expect((await nhi('campaign', 'status', NAME)).output).toContain('NOT within the last 12 months');
});

test('verify exits with 2 for a stranger, and names it; the last line says it', async () => {
  world.others.push({ RoleId: 'AROA-foreign', Arn: 'arn:aws:iam::111122223333:role/agents/test/foreign', CreateDate: new Date('2026-01-01T00:00:00Z') });
  await nhi('campaign', 'open', NAME, '--yes');
  await nhi('campaign', 'close', NAME, '--undecided', 'The auditor comes before the deadline', '--yes');
  const { exitCode, output } = await nhi('campaign', 'verify', NAME);
  expect(exitCode).toBe(2);
  expect(output).toContain('UNDECIDED   The auditor comes before the deadline');
  expect(output).toMatch(/NOT REVIEWED arn:aws:iam::111122223333:role\/agents\/test\/foreign: it was in IAM[^]*NOT SOUND\n$/);
});

test('--json is data, and a script without consent changes nothing', async () => {
  expect(await nhi('campaign', 'open', NAME)).toMatchObject({ failure: 'ConsentMissing' });
  expect(world.bucket.size).toBe([...world.bucket.objects.keys()].filter((key) => !key.startsWith('campaigns/')).length);
  await nhi('campaign', 'open', NAME, '--yes', '--at-most', '1');
  expect(JSON.parse((await nhi('--json', 'campaign', 'status', NAME)).output)).toMatchObject({ outcomes: { waiting: 1, undelivered: 1 } });
});

test.each([[['open', '../x']], [['close', NAME, '--undecided', 'no']], [['open', NAME, '--at-most', '0']]])('fails before AWS is asked with %p', async (words) => {
  expect(await nhi('campaign', ...words, '--yes')).toMatchObject({ exitCode: 1, failure: expect.any(String) });
  expect(world.kms.calls).toEqual([]);
});
