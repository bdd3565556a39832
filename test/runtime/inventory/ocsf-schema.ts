import * as z from 'zod';

/**
 * The attributes of two classes of OCSF 1.3.0 and of the objects in them that the inventory writes, as https://github.com/ocsf/ocsf-schema has them: types, enumerations, which are
 * required, and which of two must be there. What is not here, OCSF does not have.
 */
const text = z.string();
const integer = z.int();
const timestamp = z.int().min(1_000_000_000_000);
const oneOf = (...names: string[]) => (it: object): boolean => names.some((name) => name in it);

/** An enumeration and the attribute that says its caption. */
type Captions = Readonly<Record<number, string>>;
const SEVERITIES: Captions = { 0: 'Unknown', 1: 'Informational', 2: 'Low', 3: 'Medium', 4: 'High', 5: 'Critical', 6: 'Fatal', 99: 'Other' };
const ACCOUNT_TYPES: Captions = { 0: 'Unknown', 1: 'LDAP Account', 2: 'Windows Account', 3: 'AWS IAM User', 4: 'AWS IAM Role', 5: 'GCP Account', 6: 'Azure AD Account', 7: 'Mac OS Account', 8: 'Apple Account', 9: 'Linux Account', 10: 'AWS Account', 99: 'Other' };
const USER_TYPES: Captions = { 0: 'Unknown', 1: 'User', 2: 'Admin', 3: 'System', 99: 'Other' };
const COMPLIANCE: Captions = { 0: 'Unknown', 1: 'Pass', 2: 'Warning', 3: 'Fail', 99: 'Other' };
const DISCOVERY: Captions = { 0: 'Unknown', 1: 'Log', 2: 'Collect', 99: 'Other' };
const FINDING: Captions = { 0: 'Unknown', 1: 'Create', 2: 'Update', 3: 'Close', 99: 'Other' };

const captioned = (id: string, caption: string, captions: Captions) => (it: object): boolean => {
  const { [id]: number, [caption]: name } = it as Record<string, unknown>;
  const right = captions[Number(number)];
  return number === undefined || (right !== undefined && (name === undefined || Number(number) === 99 || name === right));
};

const maybe = text.optional();
const account = z.strictObject({ labels: z.array(text).optional(), name: maybe, type: maybe, type_id: integer.optional(), uid: maybe })
  .refine(oneOf('name', 'uid')).refine(captioned('type_id', 'type', ACCOUNT_TYPES));
const metadata = z.strictObject({
  version: z.literal('1.3.0'),
  product: z.strictObject({ name: text.optional(), uid: text.optional(), vendor_name: text, version: text.optional(), url_string: text.optional() }).refine(oneOf('name', 'uid')),
  profiles: z.array(text).optional(),
});
const user = z.strictObject({
  name: maybe, uid: maybe, uid_alt: maybe, type: maybe, type_id: integer.optional(), account: account.optional(), email_addr: maybe, full_name: maybe,
}).refine(oneOf('account', 'name', 'uid')).refine(captioned('type_id', 'type', USER_TYPES));
/** With the profile `cloud`. */
const common = {
  activity_id: integer,
  activity_name: text.optional(),
  category_uid: integer,
  category_name: text.optional(),
  class_uid: integer,
  class_name: text.optional(),
  type_uid: integer,
  type_name: text.optional(),
  severity_id: integer,
  severity: text.optional(),
  time: timestamp,
  metadata,
  cloud: z.strictObject({ provider: text, account: account.optional(), region: text.optional() }),
  unmapped: z.record(text, z.unknown()).optional(),
  message: text.optional(),
};
const classified = (uid: number, name: string, category: string, activities: Captions) => (it: Record<string, unknown>): boolean => (
  it.class_uid === uid && it.class_name === name && it.category_uid === Math.floor(uid / 1000) && it.category_name === category
  && it.type_uid === uid * 100 + Number(it.activity_id) && it.type_name === `${name}: ${activities[Number(it.activity_id)]}`);

/** https://schema.ocsf.io/1.3.0/classes/user_inventory */
const userInventory = z.strictObject({ ...common, user })
  .refine(classified(5003, 'User Inventory Info', 'Discovery', DISCOVERY)).refine(captioned('activity_id', 'activity_name', DISCOVERY)).refine(captioned('severity_id', 'severity', SEVERITIES));
/** https://schema.ocsf.io/1.3.0/classes/compliance_finding */
const complianceFinding = z.strictObject({
  ...common,
  compliance: z.strictObject({
    standards: z.array(text).min(1), control: maybe, requirements: z.array(text).optional(), status: maybe, status_id: integer.optional(),
  })
    .refine(captioned('status_id', 'status', COMPLIANCE)),
  finding_info: z.strictObject({ uid: text, title: text, desc: maybe, types: z.array(text).optional(), created_time: timestamp.optional() }),
  resources: z.array(z.strictObject({ uid: text.optional(), name: text.optional(), type: text.optional(), region: text.optional(), owner: user.optional() }).refine(oneOf('name', 'uid'))).optional(),
}).refine(classified(2003, 'Compliance Finding', 'Findings', FINDING)).refine(captioned('activity_id', 'activity_name', FINDING)).refine(captioned('severity_id', 'severity', SEVERITIES));

/** What OCSF does not accept of an event. Empty if it is right. */
export function ocsfErrors(event: Record<string, unknown>): string[] {
  const schema = ({ 5003: userInventory, 2003: complianceFinding } as Record<number, z.ZodType>)[Number(event.class_uid)];
  if (schema === undefined) {
    return [`no class ${String(event.class_uid)}`];
  }
  return schema.safeParse(event).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
}
