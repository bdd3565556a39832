import { observeDeclaredPeople, observeSponsors } from '../../../../runtime/engine/observation/directory';
import { PlacementState } from '../../../../runtime/model/placement-state';
import { Join, LifecycleRequest } from '../../../../runtime/model/request';
import { ADA, LI, WITH_DIRECTORY } from '../../sweep/sponsored';
import { declaredFor, MINE, NOW, request } from '../decision/requests';
import { SPONSOR_FUNCTION } from '../fake-directory';
import { FakeEngine } from '../fake-engine';

const MINUTE_MS = 60_000;
let fake: FakeEngine;
beforeEach(() => {
  fake = new FakeEngine({ sponsorFunction: SPONSOR_FUNCTION, agenda: WITH_DIRECTORY });
});
const pass = (minutes: number): void => void (fake.now = new Date(fake.now.getTime() + minutes * MINUTE_MS));
const stateOf = (sponsor: Partial<PlacementState['declared']['sponsor']> = {}, agenda: PlacementState['agenda'] = {}): PlacementState => (
  { declared: declaredFor('P', { sponsor: { ...declaredFor('P').sponsor, ...sponsor } }), agenda } as PlacementState);
const look = (state = stateOf()) => observeSponsors(fake.engine, state);
const join = () => observeDeclaredPeople(fake.engine, undefined, request('Create', 'P') as LifecycleRequest<Join>, { status: 'CREATE_IN_PROGRESS', owner: MINE });

describe('on the agenda', () => {
  test('one question is enough for all agents of a sponsor that are due together, and for each other backup one more', async () => {
    for (let agent = 0; agent < 200; agent++) {
      await look();
    }
    expect(fake.directory.questions).toEqual([[ADA, LI]]);
    await look(stateOf({ backupEmail: 'zoe@example.com' }));
    expect(fake.directory.questions).toEqual([[ADA, LI], ['zoe@example.com']]);
  });

  test('an answer is used for an hour', async () => {
    await look();
    pass(59);
    fake.directory.people.set(ADA, 'inactive');
    expect((await look()).get(ADA)).toMatchObject({ status: 'active' });
    pass(1);
    expect((await look()).get(ADA)).toMatchObject({ status: 'inactive' });
    expect(fake.directory.questions).toHaveLength(2);
  });

  test('a lapse is confirmed by an answer that came after it', async () => {
    fake.directory.people.set(ADA, 'inactive');
    await look();
    fake.directory.people.set(ADA, 'active');
    const found = (since: Date) => stateOf({}, { sponsor: { people: [ADA, LI], checkAt: '', lapse: { since: since.toISOString(), status: 'inactive', evidence: '' } } });
    pass(1);
    expect((await look(found(NOW))).get(ADA)).toMatchObject({ status: 'active' });
    expect(fake.directory.questions).toHaveLength(2);
    // The answer to that question confirms all others that were found before it.
    await look(found(NOW));
    expect(fake.directory.questions).toHaveLength(2);
  });

  test('a directory that is down is asked once in two minutes, for any agent', async () => {
    fake.directory.isDown = true;
    for (let agent = 0; agent < 50; agent++) {
      const email = `person-${agent}@example.com`;
      expect((await look(stateOf({ accountableEmail: email }))).get(email)).toMatchObject({ status: 'no-answer', email });
    }
    expect(fake.directory.questions).toHaveLength(1);
    expect(fake.metrics).toEqual(['SponsorDirectoryFailed']);
    pass(2);
    fake.directory.isDown = false;
    expect((await look()).get(ADA)).toMatchObject({ status: 'active' });
  });

  test('one person whose entry can\'t be read stops nobody else', async () => {
    fake.directory.instead = { Payload: Buffer.from(JSON.stringify([{ email: ADA, status: 'no-answer', evidence: 'odd' }, { email: LI, status: 'active', evidence: '' }])) };
    expect((await look()).get(ADA)).toMatchObject({ status: 'no-answer', evidence: 'odd' });
    fake.directory.instead = undefined;
    expect((await look(stateOf({ accountableEmail: 'zoe@example.com' }))).get('zoe@example.com')).toMatchObject({ status: 'active' });
  });

  test('an invocation that fails is no answer', async () => {
    fake.disturb((call) => {
      if (call === 'lambda:Invoke') {
        throw new Error('TooManyRequestsException: T0KEN');
      }
    });
    expect((await look()).get(ADA)).toEqual({ email: ADA, status: 'no-answer', evidence: 'the function that asks the directory could not be invoked', at: undefined });
  });
});

describe('when an agent joins', () => {
  test('an answer that somebody is active is used for 5 minutes, any other one is not', async () => {
    fake.directory.people.set(ADA, 'unknown');
    await join();
    fake.directory.people.set(ADA, 'active');
    expect((await join())!.get(ADA)).toMatchObject({ status: 'active' });
    // The backup was active from the first answer on.
    expect(fake.directory.questions).toEqual([[ADA, LI], [ADA]]);
    pass(4);
    await join();
    expect(fake.directory.questions).toHaveLength(2);
    pass(1);
    await join();
    expect(fake.directory.questions).toHaveLength(3);
  });

  test('a directory that was down a moment ago is asked again', async () => {
    fake.directory.isDown = true;
    expect((await join())!.get(ADA)).toMatchObject({ status: 'no-answer' });
    fake.directory.isDown = false;
    expect((await join())!.get(ADA)).toMatchObject({ status: 'active' });
  });
});
