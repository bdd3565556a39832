import {
  DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, QueryCommandInput, TransactGetCommand, TransactWriteCommand,
  TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { DUE_INDEX } from '../../src/contract/registry-names';
import { RetryableError } from '../../src/core/errors';

export type Item = Record<string, unknown>;
export type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Key of an item. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

interface Condition {
  readonly expression: string;
  readonly values?: Item;
}

/**
 * Outcome of a conditional write. If it was refused, `found` is the item in the table, as DynamoDB sends it (the document client doesn't convert
 * exceptions).
 */
type Outcome = { readonly written: true } | { readonly written: false; readonly found?: Readonly<Record<string, { readonly S?: string }>> };

/** A part of what a query finds, with the key after which the next part begins. */
interface TablePage<T> {
  readonly items: T[];
  readonly last?: Item;
}

/** The few calls that the ledger makes. Every read of the table itself is strongly consistent. */
export class Table {
  public constructor(public readonly client: DynamoDBDocumentClient, public readonly name: string) {}

  public async get<T>(pk: string, sk: string): Promise<T | undefined> {
    const { Item: item } = await this.client.send(new GetCommand({ TableName: this.name, Key: { pk, sk }, ConsistentRead: true }));
    return item as T | undefined;
  }

  /** Reads several items as of one moment, in the order of the keys. */
  public async getTogether(wanted: readonly Key[]): Promise<(Item | undefined)[]> {
    if (wanted.length === 0) {
      return [];
    }
    try {
      const { Responses: responses = [] } = await this.client.send(new TransactGetCommand({
        TransactItems: wanted.map(({ pk, sk }) => ({ Get: { TableName: this.name, Key: { pk, sk } } })),
      }));
      return responses.map(({ Item: item }) => item);
    } catch (error) {
      throw asConflict(error);
    }
  }

  public async put(item: Item, condition?: Condition): Promise<Outcome> {
    try {
      await this.client.send(new PutCommand({ TableName: this.name, Item: item, ...conditionOf(condition) }));
      return { written: true };
    } catch (error) {
      return refusedBy(error);
    }
  }

  public async delete({ pk, sk }: Key, condition?: Condition): Promise<Outcome> {
    try {
      await this.client.send(new DeleteCommand({ TableName: this.name, Key: { pk, sk }, ...conditionOf(condition) }));
      return { written: true };
    } catch (error) {
      return refusedBy(error);
    }
  }

  /** Deletes an item and returns what it was. Of several calls at once, one gets it. */
  public async take<T>({ pk, sk }: Key): Promise<T | undefined> {
    const { Attributes: item } = await this.client.send(new DeleteCommand({ TableName: this.name, Key: { pk, sk }, ReturnValues: 'ALL_OLD' }));
    return item as T | undefined;
  }

  /**
   * Writes all items or none.
   *
   * @throws RetryableError `LedgerConflict` when a condition does not hold, or another transaction is writing
   */
  public async write(writes: readonly Write[]): Promise<void> {
    try {
      await this.client.send(new TransactWriteCommand({ TransactItems: [...writes] }));
    } catch (error) {
      throw asConflict(error);
    }
  }

  public putting(item: Item, condition?: Condition): Write {
    return { Put: { TableName: this.name, Item: item, ...plainCondition(condition) } };
  }

  public deleting({ pk, sk }: Key, condition?: Condition): Write {
    return { Delete: { TableName: this.name, Key: { pk, sk }, ...plainCondition(condition) } };
  }

  /** The items of a partition whose sort key begins with `prefix`, in order; at most `limit` of them. */
  public query<T>(pk: string, prefix: string, limit = Infinity): Promise<T[]> {
    return this.pages<T>(beginningWith(pk, prefix), limit);
  }

  /** The items of a partition from the sort key `first` to the sort key `last`, in order. */
  public queryBetween<T>(pk: string, first: string, last: string): Promise<T[]> {
    return this.pages<T>({
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: { ':pk': pk, ':first': first, ':last': last },
      ConsistentRead: true,
    }, Infinity);
  }

  /** The items of one shard of the index that are due no later than `until`, the earliest first. The index is eventually consistent. */
  public queryDue<T>(shard: string, until: string, limit = Infinity): Promise<T[]> {
    return this.pages<T>(dueBy(shard, until), limit);
  }

  /** At most `limit` items of one shard of the index, with the key after which the next part begins. */
  public async pageOfDue<T>(shard: string, until: string, limit: number, after?: Item): Promise<TablePage<T>> {
    const { Items: items = [], LastEvaluatedKey: last } = await this.client.send(new QueryCommand({
      TableName: this.name, ...dueBy(shard, until), Limit: limit, ExclusiveStartKey: after,
    }));
    return { items: items as T[], ...(last === undefined ? {} : { last }) };
  }

  /** At most `limit` items of a partition whose sort key begins with `prefix`, with the key after which the next part begins and the id of the call. */
  public async pageOf<T>(pk: string, prefix: string, limit: number, after?: Item): Promise<TablePage<T> & { readonly requestId: string }> {
    const { Items: items = [], LastEvaluatedKey: last, $metadata: metadata } = await this.client.send(new QueryCommand({
      TableName: this.name, ...beginningWith(pk, prefix), Limit: limit, ExclusiveStartKey: after,
    }));
    return { items: items as T[], requestId: metadata?.requestId ?? '', ...(last === undefined ? {} : { last }) };
  }

  private async pages<T>(input: Omit<QueryCommandInput, 'TableName'>, limit: number): Promise<T[]> {
    const items: T[] = [];
    let ExclusiveStartKey: Item | undefined;
    do {
      const page = await this.client.send(new QueryCommand({
        ...input,
        TableName: this.name,
        ExclusiveStartKey,
        ...(Number.isFinite(limit) ? { Limit: limit - items.length } : {}),
      }));
      items.push(...page.Items as T[] ?? []);
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined && items.length < limit);
    return items;
  }
}

export const IS_NEW: Condition = { expression: 'attribute_not_exists(pk)' };

function beginningWith(pk: string, prefix: string): Omit<QueryCommandInput, 'TableName'> {
  return {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
    ConsistentRead: true,
  };
}

function dueBy(shard: string, until: string): Omit<QueryCommandInput, 'TableName'> {
  return {
    IndexName: DUE_INDEX.name,
    KeyConditionExpression: `${DUE_INDEX.shard} = :shard AND ${DUE_INDEX.at} <= :until`,
    ExpressionAttributeValues: { ':shard': shard, ':until': until },
  };
}

function conditionOf(condition: Condition | undefined): object {
  return condition === undefined ? {} : { ...plainCondition(condition), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' };
}

function plainCondition(condition: Condition | undefined): object {
  return condition === undefined ? {} : { ConditionExpression: condition.expression, ExpressionAttributeValues: condition.values };
}

function refusedBy(error: unknown): Outcome {
  if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') {
    throw error;
  }
  const { Item: found } = error as { Item?: Record<string, { S?: string }> };
  return { written: false, ...(found === undefined ? {} : { found }) };
}

function asConflict(error: unknown): unknown {
  return error instanceof Error && /^Transaction(Canceled|Conflict|InProgress)Exception$/.test(error.name)
    ? new RetryableError('LedgerConflict', 'the ledger was written by another request in between', { cause: error })
    : error;
}
