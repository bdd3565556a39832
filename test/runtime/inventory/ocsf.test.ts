import { generateAccount, NOW, roleOf } from './generated-account';
import { inventoryOf, rowsIn } from './inventory-of';
import { ocsfErrors } from './ocsf-schema';
import { inventoryOcsf } from '../../../runtime/inventory';
import { InventoryRow } from '../../../runtime/inventory/model';

type Event = Record<string, unknown>;
const { rows } = inventoryOf(42, 8);
const eventsOf = (its: readonly InventoryRow[]): Event[] => inventoryOcsf({ takenAt: NOW.toISOString(), rows: its }).split('\n').map((line) => JSON.parse(line) as Event);
const events = eventsOf(rows);
const named: InventoryRow = { ...rows[0], accountName: 'shop', catalogue: { match: 'only-here' }, roles: ['arn:aws:iam::111122223333:role/x'] };

test('an event for each identity and for each finding, each right by the schema', () => {
  expect(events.filter(({ class_uid: id }) => id === 5003)).toHaveLength(rows.length);
  expect(events.filter(({ class_uid: id }) => id === 2003)).toHaveLength(rows.reduce((sum, row) => sum + row.findings.length, 0));
  expect([...events, ...eventsOf([named])].flatMap(ocsfErrors)).toEqual([]);
});

test('an identity is named by its ARN, and by its unique id besides', () => {
  const [event] = eventsOf([rows.find(({ type }) => type === 'role')!]) as { user: { uid: string; uid_alt: string } }[];

  expect(event.user).toMatchObject({ uid: expect.stringMatching(/^arn:/), uid_alt: expect.stringMatching(/^AROA/) });
});

const info = events.find(({ class_uid: id }) => id === 5003)!;
const finding = events.find(({ class_uid: id }) => id === 2003)!;
const without = (event: Event, name: string): Event => Object.fromEntries(Object.entries(event).filter(([key]) => key !== name));

test.each<[string, Event]>([
  ...['activity_id', 'category_uid', 'class_uid', 'type_uid', 'severity_id', 'time', 'metadata', 'cloud', 'user'].map((name): [string, Event] => [`an identity without ${name}`, without(info, name)]),
  ...['compliance', 'finding_info', 'time', 'cloud'].map((name): [string, Event] => [`a finding without ${name}`, without(finding, name)]),
  ['an attribute that OCSF does not have', { ...info, agent: 'x' }],
  ['the type of another activity', { ...info, type_uid: 500301 }],
  ['a caption of another severity', { ...finding, severity: 'Informational' }],
  ['a severity that there is not', { ...finding, severity_id: 7, severity: undefined }],
  ['seconds in the place of milliseconds', { ...info, time: 1_781_000_000 }],
  ['a user without a name', { ...info, user: { type_id: 1 } }],
  ['a type of account that there is not', { ...info, cloud: { provider: 'AWS', account: { uid: '1', type_id: 11 } } }],
  ['no standard', { ...finding, compliance: { standards: [], status_id: 3 } }],
  ['another class', { ...info, class_uid: 5001 }],
])('twin: the schema refuses %s', (_what, event) => {
  expect(ocsfErrors(event)).not.toEqual([]);
});

test('no character moves a terminal or turns the direction of text', () => {
  const text = '\u009b2J\u202e\u2066\u0085\u2028';
  const its = rowsIn({ ...generateAccount(0, 0), roles: [roleOf({ tags: { owner: text } }, 1)] });
  const lines = inventoryOcsf({ takenAt: NOW.toISOString(), rows: its });

  expect(lines).not.toMatch(/[\u0080-\u009f\u2028-\u202e\u2066]/);
  expect(JSON.stringify(lines.split('\n').map((line) => JSON.parse(line) as object))).toContain(text);
});
