import fc from 'fast-check';
import { without } from '../../../../runtime/google/policies';
import { FakeGoogle } from '../../../e2e/google/fake-google';
import { PROJECT, SECRET, teardown, TOPIC, TWIN, world } from '../world';

const END = { title: 'nhi-expiry', expression: 'request.time < timestamp("2027-03-31T00:00:00Z")' };
const PLACES = ['projects/acme-test', 'folders/42', SECRET, TOPIC, 'buckets/acme-invoices'];

const grants = fc.array(fc.record({
  place: fc.constantFrom(...PLACES),
  role: fc.constantFrom('roles/a', 'roles/b'),
  whose: fc.constantFrom('own', 'twin', 'deleted', 'person'),
  conditional: fc.boolean(),
}), { maxLength: 20 });
const failures = fc.array(fc.record({
  matching: fc.constantFrom(/setIamPolicy/, /getIamPolicy/, /:disable/, /keys/, /hmacKeys/, /\/iam$/, /secrets/),
  status: fc.constantFrom(403, 409, 412, 429, 500),
  times: fc.integer({ min: 1, max: 12 }),
}), { maxLength: 4 });

describe('laws of the teardown', () => {
  test('whatever failed before, it ends with nothing of the agent and all of the others, and then has nothing to do', () => fc.assert(
    fc.asyncProperty(grants, failures, fc.nat({ max: 4 }), fc.nat({ max: 5 }), async (granted, failed, keys, hmacKeys) => {
      const { google, account, input, member } = world();
      const members = { own: member, twin: TWIN, deleted: `deleted:${member}?uid=7`, person: 'user:ada.park@example.com' };
      for (const { place, role, whose, conditional } of granted) {
        google.policies.grant(place, role, members[whose as keyof typeof members], conditional ? END : undefined);
      }
      Array.from({ length: keys }, () => google.accounts.addKey(account.email));
      Array.from({ length: hmacKeys }, () => google.hmacKeys.add(PROJECT, account.email));
      const others = othersIn(google, account.email);
      failed.forEach((failure) => google.fail(failure));

      const first = await teardown(google, input);
      // The output is true, however the run ended.
      expect(first.code === 0).toBe(!first.err.includes('TeardownIncomplete'));
      if (first.code === 0) {
        expect(google.tracesOf(account.email)).toEqual([account.name]);
      }
      google.heal();
      expect((await teardown(google, input)).code).toBe(0);
      expect(google.tracesOf(account.email)).toEqual([account.name]);
      expect(othersIn(google, account.email)).toEqual(others);

      const state = JSON.stringify([...google.policies.all()]);
      expect((await teardown(google, input)).code).toBe(0);
      expect(JSON.stringify([...google.policies.all()])).toBe(state);
    }), { numRuns: 60 }));

  test('taking members out twice is taking them out once, and never adds or drops another', () => {
    const binding = fc.record({ role: fc.string(), members: fc.array(fc.constantFrom('x', 'y', 'z')), note: fc.string() });
    fc.assert(fc.property(fc.array(binding), (bindings) => {
      const isTheirs = (member: string) => member === 'x';
      const once = without({ etag: 'e', bindings }, isTheirs);
      expect(without(once, isTheirs)).toEqual(once);
      expect(once.etag).toBe('e');
      const others = (list: readonly { role: string; members?: readonly string[] }[]) => list.flatMap(({ role, members = [] }) => members.filter((m) => m !== 'x').map((m) => [role, m]));
      expect(others(once.bindings as typeof bindings)).toEqual(others(bindings));
    }));
  });
});

function othersIn(google: FakeGoogle, email: string): string[] {
  return [...google.policies.all()].flatMap(([place, { bindings }]) => bindings.flatMap(({ role, members, condition }) => members
    .filter((member) => !member.includes(`:${email}`)).map((member) => `${place} ${role} ${member} ${condition?.title ?? ''}`)));
}
