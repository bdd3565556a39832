import { fitTable } from './fit-table';
import { printable } from '../runtime/evidence';
import { AgentDetails, ShownCertificate } from '../runtime/operator';

export interface DetailOptions {
  readonly now: Date;
  /** Width of the terminal, if it is one. */
  readonly columns: number | undefined;
  /** Number of events, the most recent ones. */
  readonly events: number;
  /** Name for the hint about more. */
  readonly agentName: string;
}

type Access = NonNullable<AgentDetails['access']>;

/** What is known of an agent besides its state, in tables that fit the terminal. */
export function renderDetails({ timeline, certificates, credentials, access, notRead }: AgentDetails, options: DetailOptions): string {
  const { columns, now, agentName } = options;
  const shown = timeline.slice(-options.events);
  const earlier = timeline.length - shown.length;
  return [
    ...(credentials === undefined ? [] : credentialLines(credentials, now, columns)),
    ...(access === undefined ? [] : accessLines(access, columns)),
    ...(timeline.length === 0 ? [] : [
      `timeline${earlier === 0 ? '' : `, without ${earlier} earlier events: --events ${timeline.length}`}`,
      ...fitTable(['when', 'event', 'by', 'what'], shown.map(({ at, event, by, says }) => [when(at, now), event, by, says]), columns),
    ]),
    ...certificateLines(certificates, now, columns),
    ...notRead.map(({ what, reason }) => printable(`NOT READ    ${what}: ${reason}`)),
    ...(credentials === undefined || credentials.keys !== undefined || access !== undefined || notRead.some(({ what }) => what.startsWith('access')) ? []
      : [`more        nhi show ${agentName} --live asks IAM what is granted and used, and for access keys`]),
  ].join('\n');
}

function credentialLines({ secrets, providers, others, keys }: NonNullable<AgentDetails['credentials']>, now: Date, columns: number | undefined): string[] {
  return [
    ...secrets.map((name) => printable(`secret      ${name}`)),
    ...providers.map((name) => printable(`provider    ${name}`)),
    ...others.map((name) => printable(`credential  ${name}`)),
    ...(keys === undefined ? [] : keys.length === 0 ? ['access keys none'] : ['access keys', ...fitTable(['user', 'key', 'status', 'created', 'last used'], keys.map(
      ({ service, user, key, status, createdAt, lastUsedAt }) => [
        user, key, status, createdAt === undefined ? '' : when(createdAt, now), lastUsedAt !== undefined ? when(lastUsedAt, now) : service === undefined ? 'never' : `not known, for ${service.split('.')[0]}`,
      ],
    ), columns)]),
  ];
}

function accessLines({ items, unread }: Access, columns: number | undefined): string[] {
  const names = (grants: Access['items'][number]['granted'], service: string): string => (
    [...new Set(grants.flatMap(({ actions }) => actions.map((action) => (action.startsWith(`${service}:`) ? action.slice(service.length + 1) : action))))].join(', ') || 'nothing');
  return [
    'declared, granted and used now',
    ...fitTable(['service', 'declared', 'granted', 'used'], items.map(({ service, declared, granted, use: { verdict, lastUsedAt } }) => [
      service, names(declared, service), names(granted, service), lastUsedAt === undefined ? verdict : `${verdict}, ${minute(lastUsedAt)}`,
    ]), columns),
    ...items.flatMap(({ findings, service, notDeclared, notGranted, denied }) => [
      ...(findings.includes('unused') ? [`FINDING     ${service} is declared and not used`] : []),
      ...(notDeclared.length === 0 ? [] : [`FINDING     granted and not declared: ${notDeclared.join(', ')}`]),
      ...(notGranted.length === 0 ? [] : [`FINDING     declared and not granted: ${notGranted.join(', ')}`]),
      ...(denied.length === 0 ? [] : [`denied      by reviews: ${denied.join(', ')}`]),
    ]).map(printable),
    ...unread.map(({ what, reason }) => printable(`NOT READ    ${what}: ${reason}`)),
  ];
}

const VERDICTS: Readonly<Record<ShownCertificate['verdict'], string>> = {
  intact: 'intact', changed: 'WAS CHANGED', missing: 'IS MISSING', unknown: 'IS UNKNOWN to the chain',
};

function certificateLines(certificates: readonly ShownCertificate[], now: Date, columns: number | undefined): string[] {
  return certificates.length === 0 ? [] : [
    'certificates',
    ...fitTable(['when', 'part', 'compared with the chain', 'id'], certificates.map(({ at, part, verdict, id }) => [at === '' ? '' : when(at, now), String(part), VERDICTS[verdict], id]), columns),
  ];
}

const MINUTE_MS = 60_000;
/** Units for a span, the largest that has two or more. */
const UNITS: readonly (readonly [name: string, minutes: number])[] = [['months', 43_800], ['days', 1_440], ['hours', 60], ['minutes', 1]];

/** An instant for people: to the minute, UTC, and how long ago it was. */
function when(at: string, now: Date): string {
  const minutes = Math.floor((now.getTime() - Date.parse(at)) / MINUTE_MS);
  if (Number.isNaN(minutes)) {
    return at;
  }
  const [unit, size] = UNITS.find(([, least]) => minutes >= 2 * least) ?? [];
  return `${minute(at)}${unit === undefined || size === undefined ? '' : `, ${Math.floor(minutes / size)} ${unit} ago`}`;
}

function minute(at: string): string {
  return Number.isNaN(Date.parse(at)) ? at : new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}
