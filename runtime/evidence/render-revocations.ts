import { CertifiedRevocation } from './certified-revocation';
import { RevocationPart } from './revocation-part';
import { CostRecord } from '../../src/core/monthly-cost';
import { certificateText, hashOfText } from '../certificate';

/** The part of a certificate about access outside of the cloud of the agent. */
export interface Revoked {
  readonly revocations?: readonly CertifiedRevocation[];
  readonly noLongerPaid?: Readonly<Record<string, number>>;
}

/** @param title what the access is outside of */
export function describeRevocations({ revocations, noLongerPaid = {} }: Revoked, title: string): string[] {
  return revocations === undefined ? [] : [
    '',
    title,
    ...revocations.flatMap(describeRevocation),
    ...describePaid(noLongerPaid),
  ];
}

function describePaid(sums: Readonly<Record<string, number>>): string[] {
  return Object.entries(sums).map(([currency, amount]) => `  no longer paid: ${amount.toFixed(2)} ${currency} a month`);
}

function costText(cost: CostRecord | undefined): string {
  return cost === undefined ? '' : `, ${cost.amount.toFixed(2)} ${cost.currency} a month`;
}

function describeRevocation(
  { revoker, kind, found, revoked, verifiedAt, verifiedBy, attested, remaining, monthlyCost }: CertifiedRevocation,
): string[] {
  return [
    `  ${revoker} (${kind}${costText(monthlyCost)})`,
    `    found ${found ?? 'unknown: nobody could look'}${revoked ? ', and asked to revoke it' : ''}`,
    ...describeSeen(verifiedAt, verifiedBy),
    ...describeAttested(attested),
    ...(remaining === undefined ? [] : [`    NOT CONFIRMED: ${remaining}; the third part follows when all of these are`]),
  ];
}

const PROOFS = { 'sign-in': 'after a sign-in', 'mail-link': 'with the link of a mail', 'aws-session': 'in a session that IAM vouches for', 'google-account': 'with a token that Google names so' } as const;

function describeSeen(at: string | null, worker: string | undefined): string[] {
  return at === null ? [] : [`    a look${worker === undefined ? '' : ` of the worker ${worker}`} at ${at} saw that it is revoked`];
}

function describeAttested(attested: CertifiedRevocation['attested']): string[] {
  const { at, by, reason, proof } = attested ?? {};
  return at === undefined ? [] : [`    attested at ${at} by ${by}${proof === undefined ? '' : ` ${PROOFS[proof]}`}, and not seen by the registry: ${reason}`];
}

export function describeEnd(part: RevocationPart): string[] {
  const { recordedAt, revocations, noLongerPaid = {}, certificateSha256, chainHead } = part;
  return [
    '',
    `Third part, recorded ${recordedAt}`,
    '',
    ...revocations.flatMap(({ revoker, kind, since, attempts, verifiedAt, verifiedBy, attested, monthlyCost, event }) => [
      `  ${revoker} (${kind}${costText(monthlyCost)})`,
      `    open since ${since}, ${attempts} attempts`,
      ...describeSeen(verifiedAt, verifiedBy),
      ...describeAttested(attested),
      `    recorded by event ${event}`,
    ]),
    ...describePaid(noLongerPaid),
    '',
    `to sha-256   ${certificateSha256}`,
    `follows event ${chainHead}`,
    `sha-256      ${hashOfText(certificateText(part))}`,
  ];
}

/** If a certificate lists access as open and has no third part, says so. */
export function missingEnd({ revocations = [] }: Revoked): string[] {
  const open = revocations.filter(({ remaining }) => remaining !== undefined).map(({ revoker }) => revoker);
  return open.length === 0 ? [] : ['', `Third part: not written. It is not confirmed that all access at ${open.join(', ')} no longer exists; \`nhi show\` says which is open.`];
}
