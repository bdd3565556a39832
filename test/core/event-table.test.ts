import { EVENT_TABLE } from '../../src/core/event-table';

/** https://schema.ocsf.io/1.3.0/classes/entity_management */
const OCSF_ACTIVITIES = new Map([[1, 'Create'], [3, 'Update'], [4, 'Delete'], [5, 'Move'], [6, 'Enroll'], [7, 'Unenroll'], [11, 'Deactivate'], [12, 'Suspend'], [13, 'Resume'], [99, 'Other']]);

// [name, activity, severity]
test.each([
  ['joined', 'Create', 1],
  ['adopted', 'Enroll', 1],
  ['released', 'Unenroll', 3],
  ['moved', 'Move', 1],
  ['move-undone', 'Move', 3],
  ['sponsor-changed', 'Update', 1],
  ['purpose-changed', 'Update', 1],
  ['access-changed', 'Update', 1],
  ['expiry-changed', 'Update', 1],
  ['renewed', 'Update', 1],
  ['transfer-offered', 'Update', 1],
  ['suspended', 'Suspend', 3],
  ['resumption-started', 'Resume', 1],
  ['resumed', 'Resume', 1],
  ['principal-retired', 'Delete', 1],
  ['left', 'Delete', 1],
  ['expiry-near', 'Other', 3],
  ['expired', 'Deactivate', 3],
  ['zombie-found', 'Other', 3],
  ['kept', 'Update', 1],
  ['review-due', 'Other', 3],
  ['review-overdue', 'Other', 4],
  ['review-decided', 'Update', 1],
  ['reduced', 'Update', 1],
  ['certified', 'Update', 1],
  ['teardown-incomplete', 'Other', 4],
  ['transition-failed', 'Other', 4],
  ['orphan-found', 'Other', 4],
] as const)('%s is OCSF\'s %s of severity %i', (name, ocsfActivityName, severityId) => {
  expect(EVENT_TABLE[name]).toMatchObject({ ocsfActivityName, severityId });
});

test('the numbers of the activities are OCSF\'s', () => {
  for (const { ocsfActivityId, ocsfActivityName } of Object.values(EVENT_TABLE)) {
    expect(OCSF_ACTIVITIES.get(ocsfActivityId)).toBe(ocsfActivityName);
  }
});

test('every event has a title of its own and a name that a type can carry', () => {
  const titles = Object.values(EVENT_TABLE).map(({ title }) => title);
  expect(new Set(titles).size).toBe(Object.keys(EVENT_TABLE).length);
  expect(Object.keys(EVENT_TABLE).filter((name) => !/^[a-z]+(-[a-z]+)*$/.test(name))).toEqual([]);
});
