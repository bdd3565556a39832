import { certificateText, DecommissionCertificate, hashOfText } from './certificate';
import { printable } from './printable';

/** A certificate as people read it. What came from outside can't move the cursor or fake a line. */
export function renderCertificate(certificate: DecommissionCertificate): string {
  const lines = [
    `Decommission certificate ${certificate.id}`,
    '',
    `agent        ${certificate.agentName} (account ${certificate.account}, registry ${certificate.registry})`,
    `purpose      ${certificate.purpose}`,
    `sponsor      ${certificate.sponsor.name} (${certificate.sponsor.id})`,
    `joined       ${certificate.joinedAt}`,
    `left         ${certificate.leftAt}`,
    `by           ${certificate.by}`,
    '',
    'principals',
    ...certificate.principals.map(({ arn, id, deniedAt }) => `  ${arn} (${id}), denied since ${deniedAt ?? 'it was gone already'}`),
    '',
    'looked for',
    ...certificate.wipers.map(({ wiper, found, wiped, checkedAt }) => `  ${wiper.padEnd(30)} ${found.length} found, ${wiped.length} wiped, looked again ${checkedAt}`),
    '',
    'wiped',
    ...listed(certificate.wipers.flatMap(({ wiped }) => wiped)),
    '',
    'seen and left alone',
    ...listed(certificate.leftAlone.map(({ id, note }) => `${id}: ${note}`)),
    '',
    'what is claimed',
    ...certificate.claims.map((claim) => `  - ${claim}`),
    '',
    `follows event ${certificate.chainHead}`,
    `sha-256      ${hashOfText(certificateText(certificate))}`,
  ];
  return lines.map(printable).join('\n');
}

function listed(items: readonly string[]): string[] {
  return items.length === 0 ? ['  nothing'] : items.map((item) => `  ${item}`);
}
