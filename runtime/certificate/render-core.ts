import { CertificateCore } from './certificate-core';
import { certificateText, hashOfText } from './certificate-text';
import { printable } from './printable';
import { listed, marks, renderDecision, renderReceipt } from './render-receipt';

/** A certificate as people read it. `principals` is the part that differs between clouds. */
export function renderCore(certificate: CertificateCore, principals: readonly string[]): string[] {
  const { receipt } = certificate;
  const gapsOf = (wiper: string): string => marks(receipt?.sources.find((source) => source.wiper === wiper)?.gaps ?? []);
  return [
    `Decommission certificate ${certificate.id}`,
    '',
    `agent        ${certificate.agentName} (account ${certificate.account}, registry ${certificate.registry})`,
    `purpose      ${certificate.purpose}`,
    `sponsor      ${certificate.sponsor.name} (${certificate.sponsor.id})`,
    `joined       ${certificate.joinedAt}`,
    `left         ${certificate.leftAt}`,
    `requested by ${certificate.by}`,
    ...(receipt === undefined ? [] : renderDecision(receipt)),
    '',
    'principals',
    ...principals,
    '',
    'searched',
    ...certificate.wipers.map(({ wiper, found, wiped, checkedAt }) => `  ${wiper.padEnd(30)} ${found.length} found, ${wiped.length} deleted, checked again ${checkedAt}${gapsOf(wiper)}`),
    '',
    'deleted, and not found by a second search',
    ...listed(certificate.wipers.flatMap(({ wiped }) => wiped)),
    '',
    'found and left alone',
    ...listed(certificate.leftAlone.map(({ id, note }) => `${id}: ${note}`)),
    ...(receipt === undefined ? [] : renderReceipt(receipt)),
    '',
    `follows event ${certificate.chainHead}`,
    `sha-256      ${hashOfText(certificateText(certificate))}`,
  ];
}

/** All certificates of an agent. Of objects that no event names only the key is shown, because anyone may have written the content. */
export function renderEvidence<L>(
  { leaves, unknown }: { readonly leaves: readonly L[]; readonly unknown: readonly string[] }, render: (leave: L) => string,
): string {
  return [
    ...leaves.map(render),
    ...unknown.map((key) => printable(`${key} IS UNKNOWN: no event of the agent names it with this content; run \`nhi verify\``)),
  ].join('\n\n');
}
