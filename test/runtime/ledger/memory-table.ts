import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Item, Table } from '../../../runtime/ledger';

/** Called before and after each call takes effect. What it throws reaches the caller, like a network error. */
export type Disturb = (call: string, moment: 'before' | 'after') => void;

interface Input {
  readonly Key: { pk: string; sk: string };
  readonly Item: Item & { pk: string; sk: string };
  readonly ConditionExpression?: string;
  readonly ReturnValues?: 'ALL_OLD';
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD';
  readonly ConsistentRead?: boolean;
  readonly ExpressionAttributeValues?: Item;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExclusiveStartKey?: { sk: string };
  readonly TransactItems: readonly Transacted[];
  readonly Limit?: number;
  readonly IndexName?: string;
  readonly KeyConditionExpression?: string;
}

interface Transacted {
  readonly Get?: Input;
  readonly Put?: Input;
  readonly Delete?: Input;
  readonly Update?: Input;
}

/** The DynamoDB calls that the ledger uses, with pages of two items unless told otherwise. */
export class MemoryTable {
  public readonly items = new Map<string, Item & { pk: string; sk: string }>();
  /** Names of the calls that it received, such as `Put`. */
  public readonly calls: string[] = [];
  public readonly table: Table;
  public disturb: Disturb;
  private forbidden?: string;

  /** Number of items that queries have returned. */
  public itemsRead = 0;

  constructor(private readonly pageSize = 2) {
    this.disturb = () => undefined;
    const client = { send: async (command: { constructor: { name: string }; input: Input }) => this.send(command) };
    this.table = new Table(client as unknown as DynamoDBDocumentClient, 'agents-nhi-ledger');
  }

  public under(pk: string): (Item & { pk: string; sk: string })[] {
    return [...this.items.values()].filter((item) => item.pk === pk).sort((a, b) => a.sk < b.sk ? -1 : 1);
  }

  /** Queries of this partition fail from now on. */
  public forbid(pk: string): void {
    this.forbidden = pk;
  }

  private async send({ constructor: { name }, input }: { constructor: { name: string }; input: Input }): Promise<unknown> {
    const call = `dynamodb:${name.replace('Command', '')}`;
    this.calls.push(name.replace('Command', ''));
    this.disturb(call, 'before');
    const answer = this.answer(name, input);
    this.disturb(call, 'after');
    return answer;
  }

  private answer(name: string, input: Input): unknown {
    if (['GetCommand', 'QueryCommand'].includes(name) && input.ConsistentRead !== true && input.IndexName === undefined) {
      throw new Error(`${name} may miss what was just written: read consistently`);
    }
    if ((input.TransactItems ?? []).length > 100) {
      throw named('ValidationException', 'Member must have length less than or equal to 100');
    }
    if (name === 'QueryCommand' && this.forbidden !== undefined && input.ExpressionAttributeValues?.[':pk'] === this.forbidden) {
      throw new Error(`${this.forbidden} is not to be read`);
    }
    switch (name) {
      case 'GetCommand': return { Item: copy(this.items.get(id(input.Key))) };
      case 'PutCommand': return this.check(input, input.Item) && this.put(input.Item);
      case 'DeleteCommand': return this.check(input, input.Key) && this.remove(input);
      case 'UpdateCommand': return { Attributes: this.add(input) };
      case 'QueryCommand': return this.page(input);
      case 'TransactWriteCommand': return this.transact(input);
      case 'TransactGetCommand': return { Responses: input.TransactItems.map(({ Get: get }) => ({ Item: copy(this.items.get(id(get!.Key))) })) };
      default: throw new Error(`the memory table knows no ${name}`);
    }
  }

  private put(item: Item & { pk: string; sk: string }): object {
    this.items.set(id(item), copy(item));
    return {};
  }

  private remove({ Key: key, ReturnValues: returned }: Input): object {
    const item = this.items.get(id(key));
    this.items.delete(id(key));
    return returned === 'ALL_OLD' && item !== undefined ? { Attributes: item } : {};
  }

  private transact({ TransactItems: writes }: Input): object {
    const keyOf = ({ Put: put, Delete: del, Update: update }: Transacted) => put?.Item ?? (del ?? update)!.Key;
    const keys = writes.map((write) => id(keyOf(write)));
    if (new Set(keys).size < keys.length) {
      throw named('ValidationException', 'Transaction request cannot include multiple operations on one item');
    }
    if (!writes.every((write) => this.holds((write.Put ?? write.Delete ?? write.Update)!, keyOf(write)))) {
      throw named('TransactionCanceledException');
    }
    for (const { Put: put, Delete: del, Update: update } of writes) {
      if (put !== undefined) {
        this.put(put.Item);
      } else if (del !== undefined) {
        this.items.delete(id(del.Key));
      } else if (update !== undefined) {
        this.items.set(id(update.Key), { ...(this.items.get(id(update.Key)) ?? update.Key), ...added(this.items.get(id(update.Key)), update) });
      }
    }
    return {};
  }

  /** Rows that lack a key of the index are not indexed. */
  private due({ IndexName: name, KeyConditionExpression: condition, ExpressionAttributeValues: values = {} }: Input): (Item & { sk: string })[] {
    if (name !== 'due' || condition !== 'dueShard = :shard AND dueAt <= :until') {
      throw new Error(`the memory table has no index ${name} that is asked so: ${condition}`);
    }
    const found = [...this.items.values()].filter(({ dueShard, dueAt }) => dueShard === values[':shard'] && dueAt !== undefined && String(dueAt) <= String(values[':until']));
    return found.sort((a, b) => String(a.dueAt) < String(b.dueAt) ? -1 : 1);
  }

  private page(input: Input): object {
    if (input.IndexName !== undefined) {
      const Items = this.due(input);
      const after = input.ExclusiveStartKey === undefined ? 0 : Items.findIndex(({ sk }) => sk === input.ExclusiveStartKey!.sk) + 1;
      const size = Math.min(this.pageSize, input.Limit ?? Infinity);
      const slice = Items.slice(after, after + size);
      this.itemsRead += slice.length;
      return { Items: slice.map(copy), ...(Items.length > after + size ? { LastEvaluatedKey: { pk: slice[0].pk, sk: slice.at(-1)!.sk } } : {}) };
    }
    return this.pageOfTable(input);
  }

  private pageOfTable({ ExpressionAttributeValues: values = {}, ExclusiveStartKey: start, Limit: limit = this.pageSize }: Input): object {
    const wanted = (sk: string) => values[':prefix'] === undefined
      ? sk >= String(values[':first']) && sk <= String(values[':last'])
      : sk.startsWith(values[':prefix'] as string);
    const found = this.under(values[':pk'] as string).filter(({ sk }) => wanted(sk) && (start === undefined || sk > start.sk));
    const size = Math.min(this.pageSize, limit);
    const Items = found.slice(0, size).map(copy);
    this.itemsRead += Items.length;
    return found.length > size ? { Items, LastEvaluatedKey: { sk: found[size - 1].sk } } : { Items };
  }

  private add({ Key: key, UpdateExpression: expression = '', ExpressionAttributeValues: values = {} }: Input): Item {
    const found = this.items.get(id(key));
    const before = found?.leavers as Set<string> | undefined ?? new Set();
    const living = expression.includes('living = if_not_exists(living, :living)') ? found?.living ?? values[':living'] : values[':living'];
    const after = { ...key, leavers: new Set([...before, ...values[':one'] as Set<string>]), ttl: values[':ttl'], living };
    this.items.set(id(key), after);
    return after;
  }

  private check(input: Input, key: { pk: string; sk: string }): boolean {
    if (!this.holds(input, key)) {
      const found = this.items.get(id(key));
      // In DynamoDB's own form, not the document client's.
      const sent = Object.fromEntries(Object.entries(found ?? {}).map(([name, value]) => [name, { S: String(value) }]));
      const asked = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
      throw Object.assign(named('ConditionalCheckFailedException'), found === undefined || !asked ? {} : { Item: sent });
    }
    return true;
  }

  private holds({ ConditionExpression: expression, ExpressionAttributeValues: values = {} }: Input, key: { pk: string; sk: string }): boolean {
    const found = this.items.get(id(key));
    return expression === undefined || expression.split(' OR ').some((part) => {
      const [attribute, operator, value] = part.split(' ');
      return part === 'attribute_not_exists(pk)' ? found === undefined : found !== undefined && compare(operator, found[attribute], values[value]);
    });
  }
}

function compare(operator: string, one: unknown, other: unknown): boolean {
  switch (operator) {
    case '=': return one === other;
    case '<': return (one as string | number) < (other as string | number);
    case '<=': return (one as string | number) <= (other as string | number);
    default: throw new Error(`the memory table knows no ${operator}`);
  }
}

export function named(name: string, message = name): Error {
  return Object.assign(new Error(message), { name });
}

function id({ pk, sk }: { pk: string; sk: string }): string {
  return `${pk}|${sk}`;
}

// Copies a value as the document client marshals it: without members that are undefined.
function copy<T>(value: T): T {
  if (value instanceof Set || value === null || typeof value !== 'object') {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map(copy) as T;
  }
  // Laws spend much of their time here: no list of members is made.
  const copied: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[key];
    if (member !== undefined) {
      copied[key] = copy(member);
    }
  }
  return copied as T;
}

/** Numbers after `ADD #one :two, ...`. Each value must be used, as in DynamoDB. */
function added(before: Item | undefined, input: Input): Item {
  const { UpdateExpression: expression = '', ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = input;
  const terms = expression.replace(/^ADD /, '').split(', ').map((term) => term.split(' '));
  const unused = Object.keys(values).filter((value) => !terms.some(([, used]) => used === value));
  if (unused.length > 0 || terms.length > 300 || expression.length > 4_096) {
    throw named('ValidationException', expression);
  }
  return Object.fromEntries(terms.map(([term, value]) => {
    const name = names[term] ?? term;
    return [name, Number(before?.[name] ?? 0) + Number(values[value])];
  }));
}
