import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Item, Table } from '../../../runtime/ledger';

/** Told of each call before and after it works; what it throws reaches the caller, as from a network that breaks. */
export type Disturb = (call: string, moment: 'before' | 'after') => void;

interface Input {
  readonly Key: { pk: string; sk: string };
  readonly Item: Item & { pk: string; sk: string };
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeValues?: Item;
  readonly ExclusiveStartKey?: { sk: string };
  readonly TransactItems: readonly { Put: Input }[];
}

/** As much of DynamoDB as the ledger uses, with pages of two items. */
export class MemoryTable {
  public readonly items = new Map<string, Item & { pk: string; sk: string }>();
  public readonly table: Table;
  public disturb: Disturb;

  constructor() {
    this.disturb = () => undefined;
    const client = { send: async (command: { constructor: { name: string }; input: Input }) => this.send(command) };
    this.table = new Table(client as unknown as DynamoDBDocumentClient, 'agents-ledger');
  }

  public under(pk: string): (Item & { pk: string; sk: string })[] {
    return [...this.items.values()].filter((item) => item.pk === pk).sort((a, b) => a.sk < b.sk ? -1 : 1);
  }

  private async send({ constructor: { name }, input }: { constructor: { name: string }; input: Input }): Promise<unknown> {
    const call = `dynamodb:${name.replace('Command', '')}`;
    this.disturb(call, 'before');
    const answer = this.answer(name, input);
    this.disturb(call, 'after');
    return answer;
  }

  private answer(name: string, input: Input): unknown {
    switch (name) {
      case 'GetCommand': return { Item: copy(this.items.get(id(input.Key))) };
      case 'PutCommand': return this.check(input, input.Item) && this.put(input.Item);
      case 'DeleteCommand': return this.check(input, input.Key) && this.items.delete(id(input.Key)) && {};
      case 'UpdateCommand': return { Attributes: this.add(input) };
      case 'QueryCommand': return this.page(input);
      case 'TransactWriteCommand': return this.transact(input);
      default: throw new Error(`the memory table knows no ${name}`);
    }
  }

  private put(item: Item & { pk: string; sk: string }): object {
    this.items.set(id(item), copy(item));
    return {};
  }

  private transact({ TransactItems: puts }: Input): object {
    if (!puts.every(({ Put: put }) => this.holds(put, put.Item))) {
      throw named('TransactionCanceledException');
    }
    puts.forEach(({ Put: put }) => this.put(put.Item));
    return {};
  }

  private page({ ExpressionAttributeValues: values = {}, ExclusiveStartKey: start }: Input): object {
    const found = this.under(values[':pk'] as string).filter(({ sk }) => sk.startsWith(values[':prefix'] as string) && (start === undefined || sk > start.sk));
    const Items = found.slice(0, 2).map(copy);
    return found.length > 2 ? { Items, LastEvaluatedKey: { sk: found[1].sk } } : { Items };
  }

  private add({ Key: key, ExpressionAttributeValues: values = {} }: Input): Item {
    const before = this.items.get(id(key))?.leavers as Set<string> | undefined ?? new Set();
    const after = { ...key, leavers: new Set([...before, ...values[':one'] as Set<string>]), ttl: values[':ttl'] };
    this.items.set(id(key), after);
    return after;
  }

  private check(input: Input, key: { pk: string; sk: string }): boolean {
    if (!this.holds(input, key)) {
      throw named('ConditionalCheckFailedException');
    }
    return true;
  }

  private holds({ ConditionExpression: expression, ExpressionAttributeValues: values = {} }: Input, key: { pk: string; sk: string }): boolean {
    const found = this.items.get(id(key));
    return expression === undefined || expression.split(' OR ').some((part) => {
      const [attribute, value] = part.split(' = ');
      return part === 'attribute_not_exists(pk)' ? found === undefined : found !== undefined && found[attribute] === values[value];
    });
  }
}

export function named(name: string, message = name): Error {
  return Object.assign(new Error(message), { name });
}

function id({ pk, sk }: { pk: string; sk: string }): string {
  return `${pk}|${sk}`;
}

// As the document client marshals it: members that are undefined go.
function copy<T>(value: T): T {
  if (value instanceof Set || value === null || typeof value !== 'object') {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map(copy) as T;
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, copy(member as unknown)])) as T;
}
