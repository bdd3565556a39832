import { Client, EqualityFilter, InsufficientAccessError, InvalidCredentialsError } from 'ldapts';
import { DIRECTORY_KINDS } from './directory-kinds';
import { DirectorySettings } from './settings';

/** An account as the directory has it. */
export interface Account {
  /** Distinguished name, as the directory returned it. */
  readonly name: string;
  readonly isActive: boolean;
  readonly createdAt?: Date;
  /** Values of `description`, one of which says whose it is. */
  readonly descriptions: readonly string[];
  readonly state: Readonly<Record<string, string>>;
}

/** Why the worker could not do what it was ordered: one word, which is all that the registry records. */
export class Failure extends Error {
  public constructor(public readonly code: string, options?: ErrorOptions) {
    super(code, options);
  }
}

/** What the worker does in a directory. */
export interface Directory {
  find(subject: string): Promise<Account | undefined>;
  disable(account: Account): Promise<void>;
  remove(account: Account): Promise<void>;
}

const TIMEOUT_MS = 10_000;
const DESCRIPTION = 'description';

/** Works in a directory with one connection. */
export async function inDirectory<T>(
  { url, authority, bindName, password, kind, baseName }: DirectorySettings, work: (directory: Directory) => Promise<T>,
): Promise<T> {
  const tlsOptions = { ...(authority === undefined ? {} : { ca: authority }), minVersion: 'TLSv1.2' as const };
  const client = new Client({ url, timeout: TIMEOUT_MS, connectTimeout: TIMEOUT_MS, tlsOptions });
  try {
    await client.bind(bindName, password);
    return await work(directoryOf(client, kind, baseName));
  } catch (error) {
    throw asFailure(error);
  } finally {
    await client.unbind().catch(() => undefined);
  }
}

function directoryOf(client: Client, kind: DirectorySettings['kind'], baseName: string): Directory {
  const { name, created, state, isActive, disabling } = DIRECTORY_KINDS[kind];
  return {
    async find(subject) {
      // The filter is an object, so no character of the name can end its value and begin another condition.
      const filter = new EqualityFilter({ attribute: name, value: subject });
      const attributes = [created, DESCRIPTION, ...state];
      const { searchEntries: found } = await client.search(baseName, { scope: 'sub', filter, attributes, sizeLimit: 2 });
      if (found.length > 1) {
        throw new Failure('AccountAmbiguous');
      }
      return found.map(({ dn, ...values }): Account => {
        const single = Object.fromEntries(state.map((one) => [one, textsIn(values[one])[0] ?? '']));
        const [createdAt] = textsIn(values[created]).map((text) => instantIn(text));
        return { name: dn, isActive: isActive(single), createdAt, descriptions: textsIn(values[DESCRIPTION]), state: single };
      })[0];
    },
    // Names are those that the directory returned: none is made of what an order says.
    disable: (account) => client.modify(account.name, disabling(account.state)),
    remove: (account) => client.del(account.name),
  };
}

function textsIn(value: string | Buffer | string[] | Buffer[] | undefined): string[] {
  return (value === undefined ? [] : Array.isArray(value) ? value : [value]).map(String);
}

/** https://datatracker.ietf.org/doc/html/rfc4517#section-3.3.13 */
function instantIn(text = ''): Date | undefined {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:[.,]\d+)?Z$/.exec(text) ?? [];
  const [year, month, day, hour, minute, second] = parts.map(Number);
  return parts.length === 0 ? undefined : new Date(Date.UTC(year, month - 1, day, hour, minute, second));
}

/** The code of any error. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) {
    return error;
  }
  const code = error instanceof InvalidCredentialsError ? 'DirectoryLoginRefused'
    : error instanceof InsufficientAccessError ? 'DirectoryDenied'
      : typeof (error as { code?: unknown }).code === 'string' ? 'DirectoryUnreachable'
        : 'DirectoryFailed';
  return new Failure(code, { cause: error });
}
