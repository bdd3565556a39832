import { RoleEntity } from './entities';
import { findingsOf } from './findings';
import { Identity, IdentityType, InventoryRow } from './model';
import { AnywhereAnchor, AnywhereProfile, AnywhereSubject, RolesAnywhere } from './roles-anywhere';
import { strongest } from './strongest';
import { globCovers } from '../../src/core/glob';
import { assumingStatements } from '../../src/core/identities/callers';
import { conditionValues } from '../../src/core/identities/conditions';

/** A statement that lets Roles Anywhere assume a role, and what it demands of the certificate. Nothing demanded: any certificate. */
interface Entry {
  readonly role: string;
  readonly names: readonly string[];
  readonly anchors: readonly string[];
}

/** Which account the rows are of. */
export interface RowsOf extends Pick<Identity, 'account' | 'accountName'> {
  readonly now: Date;
}

/** Rows for subjects, profiles and trust anchors. `rows` are those of the roles. */
export function rolesAnywhereRows(
  { subjects, profiles, anchors }: RolesAnywhere, roles: readonly RoleEntity[], rows: readonly InventoryRow[], of: RowsOf,
): InventoryRow[] {
  const entries = roles.flatMap(entriesOf);
  const byArn = new Map(rows.map((row) => [row.arn, row]));
  const inProfiles = new Set(profiles.filter(isEnabled).flatMap(({ roleArns = [] }) => roleArns));
  const trusted = anchors.filter(isEnabled).map(({ trustAnchorArn = '' }) => trustAnchorArn);
  const usable = entries.filter(({ role, anchors: its }) => inProfiles.has(role) && trusted.some((anchor) => fits(its, anchor)));
  const row = (made: Made): InventoryRow => rowOf(made, byArn, of);
  return [
    ...subjects.map((subject) => row({ ...ofSubject(subject), roles: usable.filter(({ names }) => fits(names, commonNameOf(subject.x509Subject ?? ''))).map(({ role }) => role) })),
    ...profiles.map((profile) => row({
      ...ofProfile(profile), roles: entries.map(({ role }) => role).filter((role) => profile.roleArns?.includes(role)),
    })),
    ...anchors.map((anchor) => row({ ...ofAnchor(anchor), roles: usable.filter(({ anchors: its }) => fits(its, anchor.trustAnchorArn ?? '')).map(({ role }) => role) })),
  ];
}

function entriesOf({ arn, trust }: RoleEntity): Entry[] {
  return assumingStatements(trust, 'rolesanywhere.amazonaws.com').map((statement) => (
    { role: arn, names: conditionValues(statement, 'aws:PrincipalTag/x509Subject/CN'), anchors: conditionValues(statement, 'aws:SourceArn') }));
}

function fits(patterns: readonly string[], value: string): boolean {
  return patterns.length === 0 || patterns.some((pattern) => globCovers(pattern, value));
}

function isEnabled({ enabled }: { readonly enabled?: boolean }): boolean {
  return enabled !== false;
}

interface Made extends Pick<Identity, 'name' | 'arn' | 'id' | 'kind' | 'kindBecause' | 'createdAt' | 'lastUsed'> {
  readonly type: IdentityType;
  readonly enabled: boolean;
  readonly roles: readonly string[];
}

function ofSubject(subject: AnywhereSubject): Omit<Made, 'roles'> {
  const { subjectArn: arn = '', subjectId: id = '', x509Subject: name = '', createdAt = '', lastSeenAt } = subject;
  return {
    type: 'roles-anywhere-subject',
    name,
    arn,
    id,
    kind: 'machine',
    kindBecause: stateOf(subject, 'subject of a certificate that IAM Roles Anywhere has seen'),
    createdAt: instant(createdAt),
    ...(lastSeenAt === undefined ? {} : { lastUsed: { at: instant(lastSeenAt), by: 'its certificate' } }),
    enabled: isEnabled(subject),
  };
}

function ofProfile(profile: AnywhereProfile): Omit<Made, 'roles'> {
  const { profileArn: arn = '', profileId: id = '', name = '', createdAt = '' } = profile;
  const kindBecause = stateOf(profile, 'profile of IAM Roles Anywhere');
  return { type: 'roles-anywhere-profile', name, arn, id, kind: 'federation', kindBecause, createdAt: instant(createdAt), enabled: isEnabled(profile) };
}

function ofAnchor(anchor: AnywhereAnchor): Omit<Made, 'roles'> {
  const { trustAnchorArn: arn = '', trustAnchorId: id = '', name = '', createdAt = '', source } = anchor;
  const kindBecause = stateOf(anchor, `trust anchor of IAM Roles Anywhere, ${source?.sourceType ?? 'of an unknown source'}`);
  return { type: 'roles-anywhere-trust-anchor', name, arn, id, kind: 'federation', kindBecause, createdAt: instant(createdAt), enabled: isEnabled(anchor) };
}

function stateOf(it: { readonly enabled?: boolean }, what: string): string {
  return isEnabled(it) ? what : `${what}, disabled`;
}

function instant(at: string): string {
  const epoch = Date.parse(at);
  return Number.isNaN(epoch) ? '' : new Date(epoch).toISOString();
}

/** The common name of a subject such as `CN=printer-1,OU=Floor 2`. A backslash keeps a separator in a value (RFC 4514). */
function commonNameOf(subject: string): string {
  return (/(?:^|[,+/;])\s*CN\s*=\s*((?:\\.|[^,+;\\])*)/i.exec(subject)?.[1] ?? '').replace(/\\(.)/g, '$1').trim();
}

function rowOf({ enabled, roles: led, ...made }: Made, byArn: ReadonlyMap<string, InventoryRow>, { now, ...account }: RowsOf): InventoryRow {
  const roles = enabled ? [...new Set(led)] : [];
  const reached = roles.flatMap((arn) => byArn.get(arn) ?? []);
  const agents = new Map(reached.map(({ agent }) => [JSON.stringify(agent), agent]));
  const [agent] = agents.size === 1 ? agents.values() : [];
  const identity: Identity = {
    ...account,
    ...made,
    roles,
    assumedBy: [],
    keys: [],
    power: strongest(reached),
    sponsors: agent === undefined ? [] : reached[0].sponsors,
    ...(agent === undefined ? {} : { agent }),
  };
  return { ...identity, findings: findingsOf({ ...identity, attached: [] }, now) };
}
