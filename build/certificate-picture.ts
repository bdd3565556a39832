import { WIPERS } from '../runtime/aws/wipers';
import { GapTable, searchedSources, TeardownReceipt } from '../runtime/certificate';
import { DecommissionCertificate, DeletionRecord, certificateText, hashOfText, renderCertificate } from '../runtime/evidence';

const ROLE = 'arn:aws:iam::111122223333:role/agents';
const SEARCHED = '2026-11-28T04:19:55.505Z';
const searched = (wiper: string, ...wiped: string[]) => ({ wiper, found: wiped, wiped, checkedAt: SEARCHED });

const WIPED = [
  searched('iam-users', 'user/invoice-bot-debug/access-key/AKIA903B9F85AFA14038', 'user/invoice-bot-debug/inline-policy/all', 'user/invoice-bot-debug'),
  searched('instance-profiles'),
  searched('live-sessions'),
  searched('namesakes'),
  searched('opened-sessions'),
  searched('out-of-band-attached-policies', 'role/invoice-bot-production/attached-policy/arn:aws:iam::aws:policy/AdministratorAccess'),
  searched('out-of-band-inline-policies'),
  searched('own-secrets'),
  searched('tagged-only'),
  searched('undeclared-secrets'),
];

/** The certificate that `npm run quickstart` ends with. Its times and ids are from one run. */
const SAMPLE: DecommissionCertificate = {
  kind: 'decommission-certificate',
  version: 4,
  id: '40374bfa489f8d855d5a7e16060f387a',
  registry: 'agents',
  agentName: 'invoice-bot',
  account: '111122223333',
  purpose: 'Matches supplier invoices to purchase orders',
  sponsor: { id: 'ada.park@example.com', name: 'Ada Park' },
  joinedAt: '2026-11-28T04:18:14.453Z',
  leftAt: '2026-11-28T04:19:56.400Z',
  by: 'arn:aws:cloudformation:us-east-1:111122223333:stack/InvoiceBot/0efef3bf-59b4-46bd-bd6d-59cefd25266e',
  principals: [{
    arn: `${ROLE}/production/invoice-bot-production`,
    id: 'AROAC477E4FFEA694452A',
    stage: 'production',
    denied: { at: '2026-11-28T04:19:50.788Z', by: ['permissions-boundary'], simulatedAt: '2026-11-28T04:19:51.010Z' },
    missingSince: null,
    verifiedAt: '2026-11-28T04:19:56.081Z',
    registryDeletionAt: null,
    absentAt: null,
  }],
  formerPrincipals: [{ arn: `${ROLE}/test/invoice-bot-test`, id: 'AROA49CEB1AAD9054C188', stage: 'test', absentAt: '2026-11-28T04:19:56.081Z' }],
  wipers: WIPED,
  leftAlone: [],
  chainHead: 'f886141366a07edeb1b4100b57de421f3125cd2579f2b59909df89c16939e278',
  receipt: receipt(),
};

function receipt(): TeardownReceipt {
  const [owner, arn] = ['ada.park@example.com', `${ROLE}/production/invoice-bot-production`];
  const gaps = new GapTable();
  return {
    authorization: {
      requester: 'arn:aws:cloudformation:us-east-1:111122223333:stack/InvoiceBot/0efef3bf-59b4-46bd-bd6d-59cefd25266e',
      reason: null,
      approvedBy: [],
      reference: 'cloudformation-withdraw-4f1f2c6a9b1d4a7e8c55d0a3b6f7e812',
      decidedAt: null,
      gaps: gaps.refs(['CloudFormation names neither the person nor the role that began the deployment: CloudTrail has both, under the stack that requested']),
    },
    effective: { at: '2026-11-28T04:19:51.010Z', basis: 'simulated' },
    sources: searchedSources(WIPED, WIPERS, gaps),
    notSearched: [],
    grants: {
      stages: [{ stage: 'production', digest: '5d0c1a4f0c7e9b32', count: 2, live: true }],
      trusted: ['Service lambda.amazonaws.com'],
      delegates: [],
      verification: 'simulated',
      verifiedAt: '2026-11-28T04:19:51.010Z',
      gaps: [],
    },
    assets: WIPED.flatMap(({ wiper, wiped }) => wiped.map((id) => ({ kind: wiper, id, owner, disposition: 'deleted' as const }))),
    dependants: { agents: [{ agentName: 'order-bot', relation: 'invokes', sponsor: 'li.wen@example.com' }], principals: [], gaps: gaps.refs(['who reads what it sent, such as events and messages, besides agents of its own app: AWS records no readers']) },
    handover: { offeredTo: null },
    exceptions: [{ kind: 'awaited', what: arn, reason: 'still in IAM, denied everything', owner: 'stack InvoiceBot', date: '2026-11-28T04:19:56.081Z' }],
    knownGaps: gaps.all(),
  };
}

const SECOND_PART: DeletionRecord = {
  kind: 'decommission-certificate-part-2',
  version: 1,
  id: SAMPLE.id,
  registry: SAMPLE.registry,
  agentName: SAMPLE.agentName,
  account: SAMPLE.account,
  certificateSha256: hashOfText(certificateText(SAMPLE)),
  principals: SAMPLE.principals.map(({ arn, id }) => ({ arn, id, absentAt: '2026-11-28T04:20:06.912Z' })),
  recordedAt: '2026-11-28T04:20:06.912Z',
  chainHead: '5ac1f3bb1f0c3b8ff4d0a6a1c62f15e7c0c9a0f9b0b5f4d6f1a8d1f8a7be3c21',
};

const [MARGIN, LINE, CHARACTER] = [24, 19, 7.9];

/** docs/certificate.svg: the certificate as the command prints it. */
export function generateCertificatePicture(): string {
  const lines = renderCertificate({ certificate: SAMPLE, deletion: SECOND_PART }).split('\n');
  const width = Math.ceil(Math.max(...lines.map(({ length }) => length)) * CHARACTER) + 2 * MARGIN;
  const height = lines.length * LINE + 2 * MARGIN;
  const escape = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  const spans = lines.map((line, index) => (
    `    <text x="${MARGIN}" y="${MARGIN + (index + 1) * LINE - 5}" xml:space="preserve"${/^\S/.test(line) && index > 0 && !/^\S+ {2,}|^requested|^sha|^to sha|^follows/.test(line) ? ' font-weight="bold"' : ''}>${escape(line)}</text>`));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">`,
    '  <title id="title">The decommission certificate of the agent invoice-bot, as nhi certificate prints it</title>',
    `  <rect width="${width}" height="${height}" rx="10" fill="#0d1f33"/>`,
    '  <g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13" fill="#e6edf3">',
    ...spans,
    '  </g>',
    '</svg>',
    '',
  ].join('\n');
}
