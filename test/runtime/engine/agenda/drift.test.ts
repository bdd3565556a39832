import { baselineAfter, driftOfPrincipal, isComparable } from '../../../../runtime/engine/agenda/drift';
import { decide } from '../../../../runtime/engine/decision/decide';
import { SeenPrincipal } from '../../../../runtime/model/drift';
import { PlacementState } from '../../../../runtime/model/placement-state';
import { agentTags } from '../../../../src/contract/tags';
import { after, during, request, SUSPENSION } from '../decision/requests';

const joined = after(undefined, decide(undefined, request('Create', 'P'), during('CREATE_IN_PROGRESS')));
const moving = after(joined, decide(joined, request('Update', 'Q', { at: 'P' }), during('UPDATE_IN_PROGRESS')));

test.each<[string, Partial<PlacementState>, boolean]>([
  ['at rest', {}, true],
  ['suspended: the registry denies it', { suspension: SUSPENSION }, false],
  ['in the middle of a move: CloudFormation still changes it', { pending: moving.pending }, false],
  ['leaving', { status: 'leaving' }, false],
  ['without a live principal', { principals: { P: { ...joined.principals.P, status: 'quarantined' } } }, false],
])('an agent that is %s is compared: %s', (_what, changes, comparable) => {
  expect(isComparable({ ...joined, ...changes })).toBe(comparable);
});

describe('the parts with which later checks are compared', () => {
  const known = { roleId: 'P', baseline: { 'trust policy': { digest: 'first', writtenAt: '1' } } } as unknown as Parameters<typeof baselineAfter>[0];

  test.each([
    ['stay as they were while CloudFormation wrote nothing', known, '1', 'first'],
    ['are those that CloudFormation wrote since', known, '2', 'seen'],
    ['are those of the first look', undefined, '1', 'seen'],
  ])('%s', (_what, record, writtenAt, digest) => {
    expect(baselineAfter(record, 'P', { 'trust policy': { digest: 'seen', writtenAt } })).toEqual({ 'trust policy': { digest, writtenAt } });
  });

  test('are new for another role', () => {
    expect(baselineAfter(known, 'Q', { 'trust policy': { digest: 'seen', writtenAt: '1' } })['trust policy'].digest).toBe('seen');
  });
});

test('an instance profile that was there at the deployment is no drift, and one that was added is', () => {
  const { sponsor, stage, expiresAt, purpose } = joined.declared;
  const keys = agentTags('acme:');
  const tags = { [keys.name]: 'invoice-bot', [keys.sponsor]: sponsor.id, [keys.stage]: stage, [keys.expires]: expiresAt, [keys.purpose]: purpose };
  const seen: SeenPrincipal = { tags, tagPrefix: 'acme:', added: { inline: [], attached: [] }, protectedNames: [], missing: [], profiles: ['old', 'new'], parts: {} };
  expect(driftOfPrincipal(joined, seen, {}, ['old'])?.appeared).toEqual(['instance profile new']);
  expect(driftOfPrincipal(joined, seen, {}, ['old', 'new'])).toBeUndefined();
});
