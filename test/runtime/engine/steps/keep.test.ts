import { hashOfText } from '../../../../runtime/evidence';
import { eventId } from '../../../../src/core/lifecycle-event';
import { named } from '../../ledger/memory-table';
import { PLACEMENT } from '../decision/requests';
import { World } from '../world';

jest.mock('../../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../mailbox')>('../mailbox').responsesToMailbox());

let world: World;
let first: string;
let second: string;
beforeEach(async () => {
  world = new World();
  await world.stack.deploy('test');
  const stem = `certificates/111122223333/invoice-bot/${eventId(PLACEMENT, `left/${world.stack.agent!.roleId}`)}`;
  [first, second] = [`${stem}.json`, `${stem}.part-2.json`];
});

/** The details of the event of this name. */
async function toldOf(name: string): Promise<{ certificate: string; certificateSha256: string }> {
  const event = (await world.fake.engine.ledger.events(PLACEMENT)).find(({ type }) => type.split('.')[2] === name);
  return (event!.data.unmapped as { details: { certificate: string; certificateSha256: string } }).details;
}

async function expectOwn(name: string): Promise<string> {
  const { certificate, certificateSha256 } = await toldOf(name);
  expect(hashOfText(world.fake.certificates.get(certificate)!)).toBe(certificateSha256);
  return certificate;
}

const PLANTED = ['{"principals":[],"forged":true}', '{}', 'garbage', 'null'];

test.each(PLANTED)('a certificate planted in the place of the leave\'s (%s) is neither believed nor in its way', async (planted) => {
  world.fake.certificates.set(first, planted);

  await world.stack.destroy();
  await world.fake.resume();

  expect((await world.state())?.status).toBe('left');
  expect(await expectOwn('left')).toMatch(/\.[0-9a-f]{64}\.json$/);
  // The role that CloudFormation deletes after the response was watched, and its end written down.
  expect(await expectOwn('deletion-confirmed')).toBe(second);
  expect(world.fake.metrics).toEqual(['EvidenceDiffers']);
  expect(world.fake.logged.find((line) => line.includes('in the place of a certificate'))).toContain(first);
  expect(world.fake.certificates.get(first)).toBe(planted);
});

test.each(PLANTED)('nor one in the place of its second part (%s)', async (planted) => {
  world.fake.certificates.set(second, planted);

  await world.stack.destroy();
  await world.fake.resume();

  expect(await expectOwn('left')).toBe(first);
  expect(await expectOwn('deletion-confirmed')).toMatch(/\.part-2\.[0-9a-f]{64}\.json$/);
  expect(world.fake.metrics).toEqual(['EvidenceDiffers']);
  expect(world.fake.certificates.get(second)).toBe(planted);
});

test('twin: the certificate of a try that died after it had written it is kept, and nothing is counted', async () => {
  let dies = true;
  world.fake.disturb((call, moment) => {
    if (dies && call === 's3:PutObject' && moment === 'after' && world.fake.certificates.size === 1) {
      dies = false;
      throw named('SlowDown');
    }
  });

  await world.stack.destroy();
  await world.check();

  expect(dies).toBe(false);
  expect(await expectOwn('left')).toBe(first);
  expect(await expectOwn('deletion-confirmed')).toBe(second);
  expect(world.fake.metrics).toEqual([]);
});

test('twin: an undisturbed leave writes both parts under their own keys, and nothing is counted', async () => {
  await world.stack.destroy();
  await world.check();

  expect([...world.fake.certificates.keys()]).toEqual([first, second]);
  expect(world.fake.metrics).toEqual([]);
});
