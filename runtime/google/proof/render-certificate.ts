import { AccountCertificate } from './account-certificate';
import { CertifiedAccount } from './certificate-input';
import { printable, renderCore } from '../../certificate';
import { describeEnd, describeRevocations, missingEnd } from '../../evidence/render-revocations';
import { RevocationPart } from '../../evidence/revocation-part';

/** A certificate, and the part that states how the access ended that it lists as open. */
export interface AccountLeave {
  readonly certificate: AccountCertificate;
  readonly ended?: RevocationPart;
}

/** A certificate as people read it. What came from outside can't move the cursor or fake a line. */
export function renderAccountCertificate({ certificate, ended }: AccountLeave): string {
  const { records } = certificate;
  return [
    ...renderCore(certificate, certificate.principals.flatMap(describe)),
    ...describeRevocations(certificate, 'access outside of Google Cloud'),
    '',
    'rests on the records of teardowns',
    ...(records.length === 0 ? ['  none'] : records.map(({ name, sha256 }) => `  ${name} ${sha256}`)),
    ...ended === undefined ? missingEnd(certificate) : describeEnd(ended),
  ].map(printable).join('\n');
}

const FOUND = {
  present: 'found when the teardown began',
  gone: 'not found when the teardown began: nothing was left to disable',
  replaced: 'another account had its address when the teardown began, and was left alone',
} as const;

function describe({ email, id, stage, teardown, absentAt }: CertifiedAccount): string[] {
  return [
    `  ${email} (${id}), ${stage}`,
    ...(teardown === null ? ['    the registry has no record of its teardown'] : [
      `    ${FOUND[teardown.found]}`,
      ...(teardown.disabledSeenAt === null ? [] : [`    Google showed it as disabled at ${teardown.disabledSeenAt}`]),
      `    its teardown ${teardown.movesTo === null ? '' : `for the move to ${teardown.movesTo} `}ended at ${teardown.endedAt}${teardown.complete ? '' : ' AND WAS NOT COMPLETE'}`,
    ]),
    `    Google had no account of this id at ${absentAt}`,
  ];
}
