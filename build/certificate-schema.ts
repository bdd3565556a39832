import * as z from 'zod';
import { TeardownReceipt, WithReceipt } from '../runtime/certificate';
import { DecommissionCertificate } from '../runtime/evidence';
import { AccountCertificate } from '../runtime/google/proof';
import { PRESENCES } from '../src/contract/revokers';

const text = z.string();
const name = text.min(1);
const instant = z.iso.datetime();
const sha256 = text.regex(/^[0-9a-f]{64}$/);
const gaps = z.array(z.int().nonnegative()).describe('places in receipt.knownGaps');
const basis = z.enum(['simulated', 'absent', 'deleted', 'checked']);
const cost = z.strictObject({ amount: z.number(), currency: name });
const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();

const receipt = z.strictObject({
  knownGaps: list(name).describe('what was not or could not be searched or recorded; the other parts refer to these texts'),
  authorization: z.strictObject({
    requester: name, reason: text.nullable(), approvedBy: list(name), reference: name.nullable(), decidedAt: instant.nullable(), gaps,
  }),
  effective: z.strictObject({ at: instant, basis }).describe('from when on the identity could do nothing, and how that is known'),
  sources: list(z.strictObject({ wiper: name, source: name, gaps })),
  notSearched: list(name),
  grants: z.strictObject({
    stages: list(z.strictObject({ stage: name, digest: text, count: z.int().nonnegative(), live: z.boolean() })),
    trusted: list(name),
    delegates: list(name),
    verification: basis,
    verifiedAt: instant,
    gaps,
  }),
  assets: list(z.strictObject({ kind: name, id: name, owner: name, disposition: z.enum(['deleted', 'awaited', 'given-back', 'left']) })),
  dependants: z.strictObject({
    agents: list(z.strictObject({ agentName: name, relation: z.enum(['invokes', 'delegates', 'reads', 'serves']), sponsor: name })),
    principals: list(name),
    gaps,
  }),
  handover: z.strictObject({ offeredTo: name.nullable() }),
  exceptions: list(z.strictObject({ kind: z.enum(['access-rule', 'left-alone', 'awaited', 'unconfirmed']), what: name, reason: text, owner: name, date: name })),
}).superRefine(({ knownGaps, authorization, sources, grants, dependants }, context) => {
  const used = [authorization, grants, dependants, ...sources].flatMap((part) => part.gaps);
  used.filter((gap) => gap >= knownGaps.length).forEach((gap) => context.addIssue(`no known gap has the place ${gap}`));
}) satisfies z.ZodType<TeardownReceipt>;

const core = {
  kind: z.literal('decommission-certificate'),
  version: z.literal(4),
  id: name,
  registry: name,
  agentName: name,
  account: name.describe('AWS account id, or Google project'),
  purpose: name,
  sponsor: z.strictObject({ id: name, name: text }),
  joinedAt: name,
  leftAt: instant,
  by: name,
  wipers: list(z.strictObject({ wiper: name, found: list(name), wiped: list(name), checkedAt: instant })),
  leftAlone: list(z.strictObject({ id: name, note: text })),
  chainHead: sha256.describe('hash of the last event before the leave'),
  receipt,
};

/** Access outside of the cloud of the agent. */
const revoked = {
  revocations: list(z.strictObject({
    revoker: name,
    kind: name,
    found: z.enum(PRESENCES).nullable(),
    revoked: z.boolean(),
    verifiedAt: instant.nullable(),
    verifiedBy: name.optional().describe('the worker on premises that looked, for the registry'),
    attested: z.strictObject({ at: instant, by: name, reason: text, proof: z.enum(['mail-link', 'sign-in', 'aws-session', 'google-account']).optional() }).optional(),
    remaining: name.optional().describe('why it is not known that the access no longer exists'),
    monthlyCost: cost.optional(),
  })).optional(),
  noLongerPaid: z.record(name, z.number()).optional().describe('a month, by currency'),
};

const onAws = z.strictObject({
  ...core,
  principals: list(z.strictObject({
    arn: name,
    id: name,
    stage: name,
    denied: z.strictObject({ at: instant, by: list(z.enum(['permissions-boundary', 'attached-policy', 'inline-policy'])), simulatedAt: instant }).nullable(),
    missingSince: instant.nullable(),
    verifiedAt: instant,
    registryDeletionAt: instant.nullable(),
    absentAt: instant.nullable(),
    leftToOwner: z.literal(true).optional(),
  })),
  formerPrincipals: list(z.strictObject({ arn: name, id: name, stage: name, absentAt: instant.nullable() })),
  ...revoked,
}) satisfies z.ZodType<WithReceipt<DecommissionCertificate>>;

const onGoogle = z.strictObject({
  ...core,
  cloud: z.literal('google'),
  principals: list(z.strictObject({
    email: name,
    id: name,
    stage: text,
    teardown: z.strictObject({ found: z.enum(['present', 'gone', 'replaced']), disabledSeenAt: instant.nullable(), endedAt: instant, complete: z.boolean(), movesTo: name.nullable() }).nullable(),
    absentAt: instant,
  })),
  records: list(z.strictObject({ name, sha256 })),
  ...revoked,
}) satisfies z.ZodType<WithReceipt<AccountCertificate>>;

/** The form of a decommission certificate on any cloud, as it is written now. */
export const CERTIFICATE = z.union([onAws, onGoogle]);

/** The text of docs/certificate.schema.json. */
export function generateCertificateSchema(): string {
  const schema = z.toJSONSchema(CERTIFICATE, { target: 'draft-2020-12', reused: 'ref' });
  return `${JSON.stringify({ ...schema, title: 'Decommission certificate of cdk-nhi-lifecycle, version 4' }, undefined, 2)}\n`;
}
