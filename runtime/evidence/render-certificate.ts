import { DecommissionCertificate } from './certificate';
import { CertifiedPrincipal } from './certificate-input';
import { LeaveEvidence } from './certificate-store';
import { DeletionRecord } from './deletion-record';
import { describeEnd, describeRevocations, missingEnd } from './render-revocations';
import { certificateText, hashOfText, printable, renderCore } from '../certificate';

/** All parts of a certificate as people read them. What came from outside can't move the cursor or fake a line. */
export function renderCertificate({ certificate, deletion, ended }: LeaveEvidence): string {
  const principals = [
    ...certificate.principals.flatMap(describePrincipal),
    ...(certificate.formerPrincipals.length === 0 ? [] : ['', 'principals retired earlier', ...certificate.formerPrincipals.flatMap(describeFormer)]),
  ];
  return [
    ...renderCore(certificate, principals),
    ...describeRevocations(certificate, 'access outside of AWS'),
    ...(deletion === undefined ? missingPart(certificate) : describeDeletion(deletion)),
    ...(ended === undefined ? missingEnd(certificate) : describeEnd(ended)),
  ].map(printable).join('\n');
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
