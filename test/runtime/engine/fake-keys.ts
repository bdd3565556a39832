import { named } from '../ledger/memory-table';

interface FakeKey {
  readonly AccessKeyId: string;
  Status: string;
  readonly CreateDate: Date;
  readonly secret: string;
  lastUsed?: Date;
  readonly expires?: Date;
}

interface Version { readonly value: string; readonly labels: Set<string> }

interface IamInput {
  readonly UserName: string;
  readonly AccessKeyId: string;
  readonly ServiceSpecificCredentialId: string;
  readonly ServiceName: string;
  readonly CredentialAgeDays?: number;
  readonly Status: string;
}

interface SecretInput {
  readonly SecretId: string;
  readonly ClientRequestToken: string;
  readonly SecretString: string;
  readonly VersionStages: string[];
  readonly VersionStage: string;
  readonly MoveToVersionId: string;
  readonly RemoveFromVersionId?: string;
}

interface FakeUser {
  readonly path: string;
  readonly keys: Map<string, FakeKey>;
  /** API keys of Bedrock. */
  readonly bedrock: Map<string, FakeKey>;
}

/** Users with keys of both kinds, and the secrets in which these are. IAM allows a user two keys of each kind, and Secrets Manager keeps each label on one version. */
export class FakeKeys {
  public readonly users = new Map<string, FakeUser>();
  public readonly secrets = new Map<string, Map<string, Version>>();
  /** Called before a call is answered. */
  public before: (call: string) => void;
  /** Called after a call was answered, before its answer arrives. */
  public after: (call: string) => void;
  /** For how long the lists of IAM lack a new key. */
  public lateSeconds = 0;
  /** Every secret part of a key that was ever made. */
  public readonly everySecret: string[] = [];
  private made = 0;

  public constructor(private readonly now: () => Date) {
    this.before = () => undefined;
    this.after = () => undefined;
  }

  public add(userName: string, secretName: string, path = '/agents/invoice-bot/'): void {
    this.users.set(userName, { path, keys: new Map(), bedrock: new Map() });
    this.secrets.set(secretName, this.secrets.get(secretName) ?? new Map());
  }

  public keysOf(userName: string): FakeKey[] {
    const user = this.users.get(userName);
    return user === undefined ? [] : [...user.keys.values(), ...this.aged(user)];
  }

  /** What a reader of the secret gets. */
  public current(secretName: string): { readonly id: string; readonly secret: string } | undefined {
    const version = [...this.secrets.get(secretName)?.values() ?? []].find(({ labels }) => labels.has('AWSCURRENT'));
    const fields = JSON.parse(version?.value ?? '{}') as Record<string, string>;
    return version === undefined ? undefined : { id: fields.accessKeyId ?? fields.apiKeyId, secret: fields.secretAccessKey ?? fields.apiKey };
  }

  /** Whether the key that a reader of the secret gets works. */
  public works(secretName: string): boolean {
    const read = this.current(secretName);
    return [...this.users.keys()].flatMap((user) => this.keysOf(user)).some((key) => key.AccessKeyId === read?.id && key.Status === 'Active' && key.secret === read.secret);
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

  private listedOf(all: readonly FakeKey[]): FakeKey[] {
    return all.filter(({ CreateDate }) => CreateDate.getTime() + this.lateSeconds * 1000 <= this.now().getTime());
  }

  /** IAM ends a key by its age. */
  private aged({ bedrock }: FakeUser): FakeKey[] {
    return [...bedrock.values()].map((key) => Object.assign(key, key.expires !== undefined && key.expires <= this.now() ? { Status: 'Expired' } : {}));
  }

  private answerOfIam(name: string, input: IamInput): unknown {
    const { UserName, AccessKeyId, Status } = input;
    if (name === 'GetAccessKeyLastUsedCommand') {
      const key = [...this.users.values()].map(({ keys }) => keys.get(AccessKeyId)).find((one) => one !== undefined);
      return { AccessKeyLastUsed: key?.lastUsed === undefined ? {} : { LastUsedDate: key.lastUsed } };
    }
    const user = this.users.get(UserName);
    if (user === undefined) {
      throw named('NoSuchEntityException');
    }
    const { keys, bedrock, path: Path } = user;
    if (name.includes('ServiceSpecific')) {
      return this.answerOfCredentials(name, input, user);
    }
    const existing = (): FakeKey => keys.get(AccessKeyId) ?? (() => { throw named('NoSuchEntityException'); })();
    switch (name) {
      case 'GetUserCommand': return { User: { UserName, Path, Tags: [] } };
      case 'ListAccessKeysCommand': return { AccessKeyMetadata: this.listedOf([...keys.values()]).map(({ secret: _, lastUsed: __, ...key }) => key) };
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
        if (keys.size + bedrock.size > 0) {
          throw named('DeleteConflictException');
        }
        return void this.users.delete(UserName);
      case 'GetLoginProfileCommand': throw named('NoSuchEntityException');
      // Nothing else of a user is here.
      default: return {};
    }
  }

  private answerOfCredentials(
    name: string, { UserName, ServiceSpecificCredentialId: id, ServiceName, CredentialAgeDays: days = 0, Status }: IamInput, user: FakeUser,
  ): unknown {
    const { bedrock } = user;
    const existing = (): FakeKey => this.aged(user).find((key) => key.AccessKeyId === id) ?? (() => { throw named('NoSuchEntityException'); })();
    switch (name) {
      case 'ListServiceSpecificCredentialsCommand':
        return { ServiceSpecificCredentials: this.listedOf(this.aged(user)).map((key) => ({ UserName, ServiceName: 'bedrock.amazonaws.com', ServiceSpecificCredentialId: key.AccessKeyId, Status: key.Status, CreateDate: key.CreateDate, ExpirationDate: key.expires })) };
      case 'CreateServiceSpecificCredentialCommand': {
        if (bedrock.size === 2) {
          throw named('LimitExceededException');
        }
        expect([ServiceName, days]).toEqual(['bedrock.amazonaws.com', expect.any(Number)]);
        const expires = new Date(this.now().getTime() + days * 86_400_000);
        const made = { AccessKeyId: `ACCA${++this.made}`, Status: 'Active', CreateDate: this.now(), secret: `hidden-${this.made}`, expires };
        this.everySecret.push(made.secret);
        bedrock.set(made.AccessKeyId, made);
        return { ServiceSpecificCredential: { ServiceSpecificCredentialId: made.AccessKeyId, ServiceCredentialAlias: `${UserName}-at-111122223333`, ServiceCredentialSecret: made.secret } };
      }
      case 'UpdateServiceSpecificCredentialCommand':
        if (existing().Status === 'Expired') {
          throw named('InvalidInputException');
        }
        return void Object.assign(existing(), { Status });
      case 'DeleteServiceSpecificCredentialCommand': return void bedrock.delete(existing().AccessKeyId);
      default: throw new Error(`the fake IAM knows no ${name}`);
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
