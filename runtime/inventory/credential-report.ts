import { Key } from './model';

/** What IAM's credential report says of a user. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html */
export interface ReportedUser {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: string;
  readonly hasPassword: boolean;
  readonly passwordUsedAt?: string;
  readonly mfa: boolean;
  readonly keys: readonly Key[];
}

/** Name of the account's root user in the report. */
export const ROOT = '<root_account>';
const DAY_MS = 86_400_000;

/** Reads the report, by the names of its columns: AWS adds some over time. */
export function readReport(csv: string, now: Date): Map<string, ReportedUser> {
  const [head = '', ...lines] = csv.split(/\r?\n/).filter((line) => line !== '');
  const columns = head.split(',');
  return new Map(lines.map((line) => {
    const cells = cellsOf(line, columns);
    const cell = (column: string): string | undefined => known(cells[columns.indexOf(column)]);
    const user: ReportedUser = {
      // A user may be called `no_information`.
      name: cells[columns.indexOf('user')] ?? '',
      arn: cell('arn') ?? '',
      createdAt: instant(cell('user_creation_time')) ?? '',
      // The report does not support this column for root, which always has a password.
      hasPassword: cell('user') === ROOT || cell('password_enabled') === 'true',
      ...optional('passwordUsedAt', instant(cell('password_last_used'))),
      mfa: cell('mfa_active') === 'true',
      keys: [
        ...[1, 2].flatMap((number) => accessKey(number, cell, now)),
        ...[1, 2].flatMap((number) => (cell(`cert_${number}_active`) === 'true' ? [{
          name: `signing certificate ${number}`, active: true, ...aged(instant(cell(`cert_${number}_last_rotated`)), now),
        }] : [])),
      ],
    };
    return [user.name, user];
  }));
}

/** The cells of a line. Names and paths of users may hold commas, which no other cell does; the ARN, which follows the name, ends in it. */
function cellsOf(line: string, columns: readonly string[]): string[] {
  const cells = line.split(',');
  const more = cells.length - columns.length;
  if (more <= 0 || columns[0] !== 'user' || columns[1] !== 'arn') {
    return cells;
  }
  const head = cells.slice(0, more + 2);
  const splits = head.slice(1).map((_cell, index) => [head.slice(0, index + 1).join(','), head.slice(index + 1).join(',')]);
  const [name, arn] = splits.find(([user, its]) => its.startsWith('arn:') && its.endsWith(`/${user}`)) ?? [head.join(','), ''];
  return [name, arn, ...cells.slice(more + 2)];
}

/** An inactive key is listed as well: it can be activated again. A key that was never created has no date. */
function accessKey(number: number, cell: (column: string) => string | undefined, now: Date): Key[] {
  const column = (what: string): string | undefined => cell(`access_key_${number}_${what}`);
  const active = column('active') === 'true';
  const createdAt = instant(column('last_rotated'));
  if (!active && createdAt === undefined) {
    return [];
  }
  const by = [column('last_used_service'), column('last_used_region')].filter((part) => part !== undefined).join(' in ');
  return [{
    name: `access key ${number}`,
    active,
    ...aged(createdAt, now),
    ...optional('lastUsedAt', instant(column('last_used_date'))),
    ...(by === '' ? {} : { lastUsedBy: by }),
  }];
}

function aged(createdAt: string | undefined, now: Date): { createdAt?: string; ageDays?: number } {
  return createdAt === undefined ? {} : { createdAt, ageDays: daysSince(createdAt, now) };
}

/** Whole days from an instant until now. */
export function daysSince(at: string, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - Date.parse(at)) / DAY_MS));
}

function known(cell: string | undefined): string | undefined {
  return cell === undefined || /^(N\/A|no_information|not_supported|)$/i.test(cell) ? undefined : cell;
}

function instant(text: string | undefined): string | undefined {
  const at = text === undefined ? NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

function optional<K extends string>(name: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined ? {} : { [name]: value } as Record<K, string>;
}
