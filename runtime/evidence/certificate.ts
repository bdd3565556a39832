import { createHash } from 'node:crypto';
import { canonicalJson } from '../../src/core/canonical-json';
import { PlacementState, PrincipalRecord } from '../lifecycle/placement-state';
import { Finding, WipeReport } from '../wipers/wiper';

/** What is said of a principal that is torn down. */
export interface CertifiedPrincipal {
  readonly arn: string;
  readonly id: string;
  readonly stage: string;
  /** When its sessions were cut. */
  readonly deniedAt: string | null;
}

/** What was found and done by one wiper. */
export interface CertifiedWiper {
  readonly wiper: string;
  readonly found: readonly string[];
  readonly wiped: readonly string[];
  readonly checkedAt: string;
}

/** Proof that an agent has left. It claims what was done and seen, and no more. */
export interface DecommissionCertificate {
  readonly kind: 'decommission-certificate';
  readonly version: 1;
  readonly id: string;
  readonly registry: string;
  readonly agentName: string;
  readonly account: string;
  readonly purpose: string;
  readonly sponsor: { readonly id: string; readonly name: string };
  readonly joinedAt: string;
  readonly leftAt: string;
  /** Stack or operator that asked for it. */
  readonly by: string;
  readonly principals: readonly CertifiedPrincipal[];
  /** By wiper: what the first look found, and what the look after wiping didn't find any more. */
  readonly wipers: readonly CertifiedWiper[];
  /** Seen and left alone, with the reason. */
  readonly leftAlone: readonly { readonly id: string; readonly note: string }[];
  readonly claims: readonly string[];
  /** Hash of the last event before the leave, which the certificate follows. */
  readonly chainHead: string;
}

export interface CertificateInput {
  readonly id: string;
  readonly registry: string;
  readonly state: PlacementState;
  readonly principals: readonly PrincipalRecord[];
  readonly reports: readonly WipeReport[];
  readonly by: string;
  /** Whether the engine deleted the principals' roles itself. */
  readonly rolesDeleted: boolean;
  readonly leftAt: Date;
}

const CLAIMS = [
  'each principal was denied everything by its permissions boundary, simulated as denied by IAM, and given the time that a change of IAM takes to spread, before anything was wiped',
  'what is listed as wiped was looked for again afterwards and not found',
];

const TAKEN_BY_NOBODY = 'each principal can be taken by nobody any more; its role';
const ROLES_LEFT = `${TAKEN_BY_NOBODY} is deleted by CloudFormation next, unless CloudFormation had given it up before: then it stays, denied everything, until that is finished`;
const ROLES_DELETED = `${TAKEN_BY_NOBODY} was deleted, as CloudFormation had given it up, and was looked for again and not found`;

export function buildCertificate(input: CertificateInput): DecommissionCertificate {
  const { state, reports } = input;
  const idOf = ({ id }: Finding): string => id;
  return {
    kind: 'decommission-certificate',
    version: 1,
    id: input.id,
    registry: input.registry,
    agentName: state.placement.agentName,
    account: state.placement.account,
    purpose: state.declared.purpose,
    sponsor: { id: state.declared.sponsor.id, name: state.declared.sponsor.name },
    joinedAt: state.joinedAt,
    leftAt: input.leftAt.toISOString(),
    by: input.by,
    principals: input.principals.map(({ roleArn, roleId, stage, cutAt }) => ({ arn: roleArn, id: roleId, stage, deniedAt: cutAt ?? null })),
    wipers: [...reports].sort((a, b) => a.wiper.localeCompare(b.wiper)).map(({ wiper, found, wiped, verifiedAt }) => (
      { wiper, found: found.map(idOf), wiped: wiped.map(idOf), checkedAt: verifiedAt })),
    leftAlone: reports.flatMap(({ reportedOnly }) => reportedOnly.map(({ id, note }) => ({ id, note: note ?? '' }))),
    claims: [...CLAIMS, input.rolesDeleted ? ROLES_DELETED : ROLES_LEFT],
    chainHead: state.lastHash,
  };
}

/** Canonical, so that its hash can be recomputed by anybody. */
export function certificateText(certificate: DecommissionCertificate): string {
  return canonicalJson(certificate);
}

export function hashOfText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
