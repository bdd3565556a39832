import { FakeRequest, notFound, Refusal, Route } from './wire';

export interface FakeAccount {
  name: string;
  projectId: string;
  uniqueId: string;
  email: string;
  displayName?: string;
  description?: string;
  disabled: boolean;
}

interface Key {
  readonly name: string;
  readonly keyType: 'USER_MANAGED' | 'SYSTEM_MANAGED';
  readonly validAfterTime?: string;
  readonly validBeforeTime?: string;
  readonly disabled?: boolean;
  readonly disableReason?: string;
}

const FIRST_ID = 100_000_000_000_000_000_000n;
const MOST_KEYS = 10;
const BASE = '^/v1/projects/([^/]+)/serviceAccounts';
const ONE = `${BASE}/([^/:]+)`;

/** Service accounts and their keys. */
export class FakeAccounts {
  public readonly keys = new Map<string, Key[]>();
  private readonly accounts = new Map<string, FakeAccount>();
  private made = 0n;

  public constructor(private readonly onDeleted: (account: FakeAccount) => void) {}

  public get routes(): Route[] {
    const path = (text: string) => new RegExp(`${text}$`);
    return [
      ['POST', path(BASE), (request, project) => this.create(request, project)],
      ['GET', path(BASE), (_request, project) => ({ accounts: [...this.accounts.values()].filter(({ projectId }) => projectId === project) })],
      ['GET', path(ONE), (_request, _project, id) => this.find(id)],
      ['PATCH', path(ONE), ({ body }, _project, id) => this.patch(this.find(id), body)],
      ['DELETE', path(ONE), (_request, _project, id) => this.remove(this.find(id))],
      ['POST', path(`${ONE}:disable`), (_request, _project, id) => this.setDisabled(this.find(id), true)],
      ['POST', path(`${ONE}:enable`), (_request, _project, id) => this.setDisabled(this.find(id), false)],
      ['GET', path(`${ONE}/keys`), ({ query }, _project, id) => this.listKeys(id, query)],
      ['POST', path(`${ONE}/keys`), (_request, _project, id) => this.addKey(this.find(id).email)],
      ['DELETE', path(`${ONE}/keys/([^/]+)`), (_request, _project, id, key) => this.removeKey(this.find(id), key)],
    ];
  }

  public all(): FakeAccount[] {
    return [...this.accounts.values()];
  }

  public byEmail(email: string): FakeAccount | undefined {
    return this.all().find((account) => account.email === email);
  }

  public byId(uniqueId: string): FakeAccount | undefined {
    return this.accounts.get(uniqueId);
  }

  public add(projectId: string, accountId: string, more: Partial<FakeAccount> = {}): FakeAccount {
    // For a project with a domain, project and domain are in reverse order.
    const email = `${accountId}@${projectId.split(':').reverse().join('.')}.iam.gserviceaccount.com`;
    if (!/^[a-z][-a-z0-9]{4,28}[a-z0-9]$/.test(accountId)) {
      throw new Refusal(400, `${accountId} is no account id`);
    }
    if (this.byEmail(email) !== undefined) {
      throw new Refusal(409, `Service account ${accountId} already exists within project projects/${projectId}.`);
    }
    return this.put(projectId, email, more);
  }

  /** Adds an account that Google creates, at an address that nobody else can have. */
  public addDefault(projectId: string, email: string): FakeAccount {
    return this.put(projectId, email, {});
  }

  private put(projectId: string, email: string, more: Partial<FakeAccount>): FakeAccount {
    this.made += 1n;
    const uniqueId = `${FIRST_ID + this.made}`;
    const account = { ...more, name: `projects/${projectId}/serviceAccounts/${email}`, projectId, uniqueId, email, disabled: false };
    this.accounts.set(uniqueId, account);
    // Google's own key, which can't be deleted. It is in each listing without a filter.
    this.keys.set(uniqueId, [{ name: `${account.name}/keys/google-${uniqueId}`, keyType: 'SYSTEM_MANAGED' }]);
    return account;
  }

  /** Adds a key that was created by hand. */
  public addKey(email: string, more: Partial<Key> = {}): Key {
    const { name, uniqueId } = this.find(email);
    const keys = this.keys.get(uniqueId)!;
    if (keys.length > MOST_KEYS) {
      throw new Refusal(429, 'Maximum number of keys on account reached.');
    }
    this.made += 1n;
    const key: Key = { name: `${name}/keys/key${this.made}`, keyType: 'USER_MANAGED', ...more };
    keys.push(key);
    return key;
  }

  private create({ body }: FakeRequest, project: string): FakeAccount {
    return this.add(project, body.accountId, { displayName: body.serviceAccount?.displayName, description: body.serviceAccount?.description });
  }

  private find(id: string): FakeAccount {
    const account = this.accounts.get(id) ?? this.byEmail(decodeURIComponent(id));
    if (account === undefined) {
      throw notFound(`Service account ${id}`);
    }
    return account;
  }

  private patch(account: FakeAccount, { serviceAccount, updateMask }: { serviceAccount: Partial<FakeAccount>; updateMask: string }): FakeAccount {
    const fields = new Set(updateMask.split(',').map((field) => field.replace('display_name', 'displayName')));
    return Object.assign(account, Object.fromEntries(Object.entries(serviceAccount).filter(([field]) => fields.has(field))));
  }

  private setDisabled(account: FakeAccount, disabled: boolean): object {
    account.disabled = disabled;
    return {};
  }

  private remove(account: FakeAccount): object {
    this.accounts.delete(account.uniqueId);
    this.keys.delete(account.uniqueId);
    this.onDeleted(account);
    return {};
  }

  private listKeys(id: string, query: URLSearchParams): object {
    const types = query.getAll('keyTypes');
    const keys = this.keys.get(this.find(id).uniqueId)!.filter(({ keyType }) => types.length === 0 || types.includes(keyType));
    return keys.length === 0 ? {} : { keys };
  }

  private removeKey({ uniqueId, name }: FakeAccount, id: string): object {
    const keys = this.keys.get(uniqueId)!;
    const key = keys.find((candidate) => candidate.name === `${name}/keys/${id}`);
    if (key === undefined) {
      throw notFound(`Service account key ${id}`);
    }
    if (key.keyType === 'SYSTEM_MANAGED') {
      throw new Refusal(400, 'System-managed keys cannot be deleted.');
    }
    this.keys.set(uniqueId, keys.filter((candidate) => candidate !== key));
    return {};
  }
}
