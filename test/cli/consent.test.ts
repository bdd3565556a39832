import { Command } from 'commander';
import { Registry } from './registry';
import { program } from '../../cli/program';
import { textOfShown } from '../../runtime/certification';
import { putOnce } from '../../runtime/evidence/write-once';
import { SweepLedger } from '../../runtime/ledger';
import { Connection } from '../../runtime/operator';
import { declaredFor, NOW, SUSPENSION } from '../runtime/engine/decision/requests';
import { CampaignWorld, NAME } from '../runtime/operator/campaign/campaign-world';

jest.mock('../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../runtime/engine/mailbox')>('../runtime/engine/mailbox').responsesToMailbox());

const WHY = ['--reason', 'The tests of the quarter are done'];
const BUCKET = 'agents-nhi-evidence-111122223333-eu-west-1';
const STACK = { status: 'UPDATE_COMPLETE', roles: ['invoice-bot-test'] };
const { text, sha256 } = textOfShown({
  kind: 'nhi-review', stage: 'test', purpose: 'Matches invoices', takenAt: NOW.toISOString(), items: [], declared: [], attached: [], unread: [], signals: [],
} as never);

interface Case {
  readonly words: readonly string[];
  /** What makes the verb have something to do. */
  readonly given?: (registry: Registry) => Promise<unknown> | void;
  /** A campaign needs its own services. */
  readonly campaign?: (world: CampaignWorld) => Promise<unknown> | void;
}

/** Every verb that changes something, by its name. */
const CASES: Readonly<Record<string, Case>> = {
  'transfer': { words: ['invoice-bot', '--to', 'New-Stack'] },
  'suspend': { words: ['invoice-bot', ...WHY] },
  'resume': { words: ['invoice-bot', ...WHY], given: (registry) => registry.change({ suspension: SUSPENSION }) },
  'offboard': { words: ['invoice-bot', ...WHY], given: (registry) => void (registry.stackNow = STACK) },
  'renew': { words: ['invoice-bot', '--until', '2027-01-31', ...WHY] },
  'keep': { words: ['invoice-bot', ...WHY] },
  'review decide': {
    words: ['invoice-bot', 'keep', ...WHY],
    given: async (registry) => {
      await putOnce(registry.bucket.s3, BUCKET, 'reviews/x.json', text);
      await registry.change({ review: { open: { id: NOW.toISOString(), causes: ['interval'], deadline: '2026-06-15T00:00:00Z', shown: { key: 'reviews/x.json', sha256, at: NOW.toISOString(), declaration: 'd', items: [] }, decisions: [] } } });
    },
  },
  'review delegate': { words: ['invoice-bot', 'li@example.com', '--until', '2026-07-01', ...WHY] },
  'request-approval': { words: ['invoice-bot', '--stage', 'production', ...WHY] },
  'approve': {
    words: ['invoice-bot', ...WHY],
    given: (registry) => registry.change({ approval: { digest: 'c'.repeat(64), declared: declaredFor('Q'), stackName: 'Mine', at: NOW.toISOString(), persons: 1, requesters: [], approvals: [] } }),
  },
  'campaign open': { words: [NAME], campaign: () => undefined },
  'campaign close': { words: [NAME, '--undecided', 'The auditor comes before'], campaign: (world) => world.openCampaign() },
  'campaign acknowledge': {
    words: [NAME, ...WHY],
    campaign: async (world) => {
      await world.openCampaign();
      await world.close('The auditor comes before');
      Object.assign(world.connection, { operator: 'arn:aws:sts::111122223333:assumed-role/management/cfo@example.com' });
    },
  },
  'finish': { words: ['invoice-bot'] },
  'confirm': {
    words: ['invoice-bot', 'okta', ...WHY],
    given: (registry) => registry.change({
      status: 'left', revocations: [{ revoker: { id: 'okta', kind: 'scim', settings: {} }, since: NOW.toISOString(), attempts: 4, tryAt: NOW.toISOString() }],
    }),
  },
  'retry': { words: ['invoice-bot'], given: (registry) => registry.change({ status: 'leaving' }) },
  'release-leavers': { words: [] },
  'approve-sweep': {
    words: WHY,
    given: async ({ memory }) => {
      const sweeps = new SweepLedger(memory.table);
      const digest = await sweeps.saveList(['111122223333/one-bot end', '111122223333/two-bot end'], NOW);
      await sweeps.setHeld({ digest, agents: 2, allowed: 1, since: NOW.toISOString() });
    },
  },
};

/** Everything that a verb could have changed. */
interface Scene {
  readonly registry: Registry;
  readonly kept: () => string;
}

async function scene({ given, campaign }: Case): Promise<Scene> {
  const registry = new Registry();
  if (campaign !== undefined) {
    const world = new CampaignWorld();
    await world.join();
    await campaign(world);
    const { connection, fake, bucket, kms } = world;
    registry.services = connection;
    return { registry, kept: () => JSON.stringify([[...fake.memory.items], [...bucket.objects], kms.calls.filter((call) => String(call).includes('Sign'))]) };
  }
  await registry.join();
  await given?.(registry);
  registry.looks = [{ status: 'SUCCEEDED', output: JSON.stringify({ answered: 'SUCCESS' }) }];
  return { registry, kept: () => JSON.stringify([[...registry.memory.items], [...registry.bucket.objects], registry.started]) };
}

/** Names of all verbs that ask for consent, as the command itself says. */
function asking(command: Command, path: readonly string[] = []): string[] {
  const own = command.options.some(({ long }) => long === '--yes') ? [path.join(' ')] : [];
  return [...own, ...command.commands.flatMap((one) => asking(one, [...path, one.name()]))];
}

test('the table has every verb that asks', () => {
  const nhi = program({ write: () => undefined }, { connect: async () => ({} as Connection) } as never);
  expect(asking(nhi).sort()).toEqual(Object.keys(CASES).sort());
});

describe.each(Object.entries(CASES))('%s', (verb, one) => {
  const words = [...verb.split(' '), ...one.words];

  test.each(['n', '', 'yeah', 'no', 'Y es'])('says what it will do and asks; the reply %j changes nothing, and the exit code is not 0', async (reply) => {
    const { registry, kept } = await scene(one);
    const before = kept();

    expect(await registry.run(words, reply)).toMatchObject({ exitCode: 1, output: '', failure: 'Declined', message: 'Declined: nothing was changed' });

    expect(registry.questions).toHaveLength(1);
    expect(registry.questions[0].shown.trim().length).toBeGreaterThan(20);
    expect(kept()).toBe(before);
  });

  test('without a terminal and without --yes nobody is asked, and nothing is changed', async () => {
    const { registry, kept } = await scene(one);
    const before = kept();

    expect(await registry.run(words)).toMatchObject({ exitCode: 1, output: '', failure: 'ConsentMissing' });
    expect(kept()).toBe(before);
  });

  test('twin: with consent it is done', async () => {
    const { registry, kept } = await scene(one);
    const before = kept();

    await registry.run(words, 'y');

    expect(kept()).not.toBe(before);
  });
});
