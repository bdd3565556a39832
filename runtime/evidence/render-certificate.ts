import { CertifiedRevocation, DecommissionCertificate } from './certificate';
import { CertifiedPrincipal } from './certificate-input';
import { LeaveEvidence } from './certificate-store';
import { DeletionRecord } from './deletion-record';
import { RevocationPart } from './revocation-part';
import { certificateText, hashOfText, printable, renderCore } from '../certificate';

/** All parts of a certificate as people read them. What came from outside can't move the cursor or fake a line. */
export function renderCertificate({ certificate, deletion, ended }: LeaveEvidence): string {
  const principals = [
    ...certificate.principals.flatMap(describePrincipal),
    ...(certificate.formerPrincipals.length === 0 ? [] : ['', 'principals retired earlier', ...certificate.formerPrincipals.flatMap(describeFormer)]),
  ];
  return [
    ...renderCore(certificate, principals),
    ...describeRevocations(certificate),
    ...(deletion === undefined ? missingPart(certificate) : describeDeletion(deletion)),
    ...(ended === undefined ? missingEnd(certificate) : describeEnd(ended)),
  ].map(printable).join('\n');
}

function describeRevocations({ revocations, noLongerPaid = {} }: DecommissionCertificate): string[] {
  return revocations === undefined ? [] : [
    '',
    'access outside of AWS',
    ...revocations.flatMap(describeRevocation),
    ...Object.entries(noLongerPaid).map(([currency, amount]) => `  no longer paid: ${amount.toFixed(2)} ${currency} a month`),
  ];
}

function describeRevocation(
  { revoker, kind, found, revoked, verifiedAt, verifiedBy, attested, remaining, monthlyCost }: CertifiedRevocation,
): string[] {
  const cost = monthlyCost === undefined ? '' : `, ${monthlyCost.amount.toFixed(2)} ${monthlyCost.currency} a month`;
  return [
    `  ${revoker} (${kind}${cost})`,
    `    found ${found ?? 'unknown: nobody could look'}${revoked ? ', and asked to revoke it' : ''}`,
    ...describeSeen(verifiedAt, verifiedBy),
    ...describeAttested(attested),
    ...(remaining === undefined ? [] : [`    NOT CONFIRMED: ${remaining}; the third part follows when all of these are`]),
  ];
}

const PROOFS = { 'sign-in': 'after a sign-in', 'mail-link': 'with the link of a mail', 'aws-session': 'in a session that IAM vouches for' } as const;

function describeSeen(at: string | null, worker: string | undefined): string[] {
  return at === null ? [] : [`    a look${worker === undefined ? '' : ` of the worker ${worker}`} at ${at} saw that it is revoked`];
}

function describeAttested(attested: CertifiedRevocation['attested']): string[] {
  const { at, by, reason, proof } = attested ?? {};
  return at === undefined ? [] : [`    attested at ${at} by ${by}${proof === undefined ? '' : ` ${PROOFS[proof]}`}, and not seen by the registry: ${reason}`];
}

const MEANS = {
  'permissions-boundary': 'its permissions boundary AWSDenyAll',
  'attached-policy': 'the attached policy AWSDenyAll',
  'inline-policy': 'an inline policy',
} as const;
/** One line for each thing that was done with a principal. */
function describePrincipal({ arn, id, denied, missingSince, verifiedAt, registryDeletionAt, absentAt, leftToOwner }: CertifiedPrincipal): string[] {
  return [
    `  ${arn} (${id})`,
    ...(missingSince === null ? [] : [`    not found in IAM since ${missingSince}: nothing was left to deny`]),
    ...(denied === null ? [] : [
      `    denied everything since ${denied.at} by ${denied.by.map((means) => MEANS[means]).join(' and ') || 'unknown means'}`,
      `    IAM's policy simulator showed the denial at ${denied.simulatedAt}`,
    ]),
    `    last checked ${verifiedAt}; since then no one can assume it`,
    ...(registryDeletionAt === null ? [] : [`    the registry began to delete the role at ${registryDeletionAt}`]),
    ...(leftToOwner === true ? ['    the role was adopted: it is left to its owner, who deletes it'] : []),
    absentAt === null ? `    the role was still in IAM at ${verifiedAt}` : `    IAM had no role of this id at ${absentAt}`,
  ];
}

function describeFormer({ arn, id, absentAt }: DecommissionCertificate['formerPrincipals'][number]): string[] {
  return [`  ${arn} (${id})`, ...(absentAt === null ? [] : [`    IAM had no role of this id at ${absentAt}`])];
}

function describeDeletion(deletion: DeletionRecord): string[] {
  return [
    '',
    `Second part, recorded ${deletion.recordedAt}`,
    '',
    ...deletion.principals.flatMap(({ arn, id, absentAt }) => [`  ${arn} (${id})`, `    IAM had no role of this id at ${absentAt}`]),
    '',
    `to sha-256   ${deletion.certificateSha256}`,
    `follows event ${deletion.chainHead}`,
    `sha-256      ${hashOfText(certificateText(deletion))}`,
  ];
}

/** If a certificate lists a role as still existing and has no second part, says so. */
function missingPart({ principals }: DecommissionCertificate): string[] {
  return principals.every(({ absentAt, leftToOwner }) => absentAt !== null || leftToOwner === true) ? [] : [
    '', 'Second part: not written. It is not confirmed that the roles that were still in IAM are deleted; `nhi show` says whether they are left over.',
  ];
}

function describeEnd({ recordedAt, revocations, certificateSha256, chainHead, ...rest }: RevocationPart): string[] {
  return [
    '',
    `Third part, recorded ${recordedAt}`,
    '',
    ...revocations.flatMap(({ revoker, kind, since, attempts, verifiedAt, verifiedBy, attested, event }) => [
      `  ${revoker} (${kind})`,
      `    open since ${since}, ${attempts} attempts`,
      ...describeSeen(verifiedAt, verifiedBy),
      ...describeAttested(attested),
      `    recorded by event ${event}`,
    ]),
    '',
    `to sha-256   ${certificateSha256}`,
    `follows event ${chainHead}`,
    `sha-256      ${hashOfText(certificateText({ recordedAt, revocations, certificateSha256, chainHead, ...rest }))}`,
  ];
}

/** If a certificate lists access as open and has no third part, says so. */
function missingEnd({ revocations = [] }: DecommissionCertificate): string[] {
  const open = revocations.filter(({ remaining }) => remaining !== undefined).map(({ revoker }) => revoker);
  return open.length === 0 ? [] : ['', `Third part: not written. It is not confirmed that all access at ${open.join(', ')} no longer exists; \`nhi show\` says which is open.`];
}
