import { named } from '../ledger/memory-table';

interface FakeKey { readonly AccessKeyId: string; Status: string; readonly CreateDate: Date; readonly secret: string; lastUsed?: Date }

interface Version { readonly value: string; readonly labels: Set<string> }

interface IamInput { readonly UserName: string; readonly AccessKeyId: string; readonly Status: string }

interface SecretInput {
  readonly SecretId: string;
  readonly ClientRequestToken: string;
  readonly SecretString: string;
  readonly VersionStages: string[];
  readonly VersionStage: string;
  readonly MoveToVersionId: string;
  readonly RemoveFromVersionId?: string;
}

/** Users with access keys, and the secrets in which these are. IAM allows a user two keys, and Secrets Manager keeps each label on one version. */
export class FakeKeys {
  public readonly users = new Map<string, { readonly path: string; readonly keys: Map<string, FakeKey> }>();
  public readonly secrets = new Map<string, Map<string, Version>>();
  /** Called before a call is answered. */
  public before: (call: string) => void;
  /** Called after a call was answered, before its answer arrives. */
  public after: (call: string) => void;
  /** Every secret part of a key that was ever made. */
  public readonly everySecret: string[] = [];
  private made = 0;

  public constructor(private readonly now: () => Date) {
    this.before = () => undefined;
    this.after = () => undefined;
  }

  public add(userName: string, secretName: string, path = '/agents/invoice-bot/'): void {
    this.users.set(userName, { path, keys: new Map() });
    this.secrets.set(secretName, this.secrets.get(secretName) ?? new Map());
  }

  public keysOf(userName: string): FakeKey[] {
    return [...this.users.get(userName)?.keys.values() ?? []];
  }

  /** What a reader of the secret gets. */
  public current(secretName: string): { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined {
    const version = [...this.secrets.get(secretName)?.values() ?? []].find(({ labels }) => labels.has('AWSCURRENT'));
    return version === undefined ? undefined : JSON.parse(version.value);
  }

  /** Whether the key that a reader of the secret gets works. */
  public works(secretName: string): boolean {
    const read = this.current(secretName);
    return [...this.users.values()].some(({ keys }) => {
      const key = keys.get(read?.accessKeyId ?? '');
      return key?.Status === 'Active' && key.secret === read?.secretAccessKey;
    });
  }

  public listed(): object[] {
    return [...this.users].map(([UserName, { path: Path }]) => ({ UserName, Path }));
  }

  public iam(name: string, input: IamInput): unknown {
    this.before(name);
    const answer = this.answerOfIam(name, input);
    this.after(name);
    return answer;
  }

  public secret(name: string, input: SecretInput): unknown {
    this.before(name);
    const answer = this.answerOfSecrets(name, input);
    this.after(name);
    return answer;
  }

  private answerOfIam(name: string, { UserName, AccessKeyId, Status }: IamInput): unknown {
    if (name === 'GetAccessKeyLastUsedCommand') {
      const key = [...this.users.values()].map(({ keys }) => keys.get(AccessKeyId)).find((one) => one !== undefined);
      return { AccessKeyLastUsed: key?.lastUsed === undefined ? {} : { LastUsedDate: key.lastUsed } };
    }
    const user = this.users.get(UserName);
    if (user === undefined) {
      throw named('NoSuchEntityException');
    }
    const { keys, path: Path } = user;
    const existing = (): FakeKey => keys.get(AccessKeyId) ?? (() => { throw named('NoSuchEntityException'); })();
    switch (name) {
      case 'GetUserCommand': return { User: { UserName, Path, Tags: [] } };
      case 'ListAccessKeysCommand': return { AccessKeyMetadata: [...keys.values()].map(({ secret: _, lastUsed: __, ...key }) => key) };
      case 'CreateAccessKeyCommand': {
        if (keys.size === 2) {
          throw named('LimitExceededException');
        }
        const key = { AccessKeyId: `AKIA${++this.made}`, Status: 'Active', CreateDate: this.now(), secret: `hidden-${this.made}` };
        this.everySecret.push(key.secret);
        keys.set(key.AccessKeyId, key);
        return { AccessKey: { AccessKeyId: key.AccessKeyId, SecretAccessKey: key.secret } };
      }
      case 'UpdateAccessKeyCommand': return void Object.assign(existing(), { Status });
      case 'DeleteAccessKeyCommand': return void keys.delete(existing().AccessKeyId);
      case 'DeleteUserCommand':
        if (keys.size > 0) {
          throw named('DeleteConflictException');
        }
        return void this.users.delete(UserName);
      case 'GetLoginProfileCommand': throw named('NoSuchEntityException');
      // Nothing else of a user is here.
      default: return {};
    }
  }

  private answerOfSecrets(name: string, input: SecretInput): unknown {
    const versions = this.secrets.get(input.SecretId)!;
    switch (name) {
      case 'DescribeSecretCommand': {
        const labelled = [...versions].filter(([, { labels }]) => labels.size > 0).map(([id, { labels }]) => [id, [...labels]] as const);
        return { VersionIdsToStages: Object.fromEntries(labelled) };
      }
      case 'PutSecretValueCommand':
        versions.set(input.ClientRequestToken, { value: input.SecretString, labels: new Set() });
        return void input.VersionStages.forEach((label) => this.move(versions, label, input.ClientRequestToken));
      case 'UpdateSecretVersionStageCommand': {
        const holder = [...versions].find(([, { labels }]) => labels.has(input.VersionStage))?.[0];
        if (holder !== input.RemoveFromVersionId) {
          throw named('InvalidParameterException');
        }
        return this.move(versions, input.VersionStage, input.MoveToVersionId);
      }
      case 'DeleteSecretCommand': return void this.secrets.delete(input.SecretId);
      default: throw new Error(`the fake Secrets Manager knows no ${name}`);
    }
  }

  private move(versions: Map<string, Version>, label: string, to: string): void {
    for (const [id, { labels }] of versions) {
      if (labels.delete(label) && label === 'AWSCURRENT' && id !== to) {
        this.move(versions, 'AWSPREVIOUS', id);
      }
    }
    versions.get(to)!.labels.add(label);
  }
}
