import { Disturb, named } from '../../ledger/memory-table';

interface FakeSecret {
  readonly name: string;
  readonly tags: Record<string, string>;
  readonly replicas: Set<string>;
  /** Whether it is scheduled for deletion and can be restored. */
  scheduled: boolean;
}

interface Input {
  readonly SecretId: string;
  readonly RemoveReplicaRegions?: string[];
  readonly ForceDeleteWithoutRecovery?: boolean;
  readonly NextToken?: string;
  readonly IncludePlannedDeletion?: boolean;
  readonly Filters?: readonly { Key: string; Values: string[] }[];
}

/** The calls of Secrets Manager that the wipers use, in pages of two. */
export class FakeSecrets {
  public readonly secrets = new Map<string, FakeSecret>();
  public disturb: Disturb = () => undefined;

  public create(name: string, { tags = {}, replicas = [] }: { tags?: Record<string, string>; replicas?: string[] } = {}): FakeSecret {
    const secret: FakeSecret = { name, tags, replicas: new Set(replicas), scheduled: false };
    this.secrets.set(name, secret);
    return secret;
  }

  public async send({ constructor: { name }, input }: { constructor: { name: string }; input: Input }): Promise<unknown> {
    const operation = name.replace('Command', '');
    this.disturb(`secretsmanager:${operation}`, 'before');
    const answer = this.answer(operation, input);
    this.disturb(`secretsmanager:${operation}`, 'after');
    return answer;
  }

  private answer(operation: string, input: Input): unknown {
    switch (operation) {
      case 'DescribeSecret': {
        const { replicas, name } = this.secret(input.SecretId);
        return { ARN: arnOf(name), Name: name, ReplicationStatus: [...replicas].map((Region) => ({ Region })) };
      }
      case 'RemoveRegionsFromReplication': {
        const { replicas } = this.secret(input.SecretId);
        return void input.RemoveReplicaRegions?.forEach((region) => replicas.delete(region));
      }
      case 'DeleteSecret': return this.delete(input);
      case 'ListSecrets': return this.list(input);
      default: throw new Error(`the fake secrets know no ${operation}`);
    }
  }

  private delete({ SecretId: name, ForceDeleteWithoutRecovery: forced }: Input): void {
    const secret = this.secret(name);
    if (secret.replicas.size > 0) {
      throw named('InvalidRequestException', `${name} has replicas`);
    }
    if (forced) {
      this.secrets.delete(name);
    } else {
      secret.scheduled = true;
    }
  }

  // Filters match prefixes, with regard to case. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Filter.html
  private list({ NextToken: token = '0', Filters: filters = [], IncludePlannedDeletion: planned = false }: Input): unknown {
    const found = [...this.secrets.values()].filter(({ name, tags, scheduled }) => (planned || !scheduled) &&
      filters.every(({ Key: by, Values: values }) => values.some((value) =>
        (by === 'name' ? [name] : by === 'tag-value' ? Object.values(tags) : Object.keys(tags)).some((text) => text.startsWith(value)))));
    const start = Number(token);
    return {
      SecretList: found.slice(start, start + 2).map(({ name, tags }) => (
        { ARN: arnOf(name), Name: name, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) })),
      ...(found.length > start + 2 ? { NextToken: String(start + 2) } : {}),
    };
  }

  private secret(name: string): FakeSecret {
    const secret = this.secrets.get(name);
    if (secret === undefined) {
      throw named('ResourceNotFoundException');
    }
    return secret;
  }
}

export function arnOf(name: string): string {
  return `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}-AbCdEf`;
}
