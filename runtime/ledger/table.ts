import { DynamoDBDocumentClient, DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';

export type Item = Record<string, unknown>;

/** Whether a conditional write was refused by its condition. */
export function isConditionFailed(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}

/** The few calls that the ledger makes, always reading what was written last. */
export class Table {
  public constructor(public readonly client: DynamoDBDocumentClient, public readonly name: string) {}

  public async get<T>(pk: string, sk: string): Promise<T | undefined> {
    const { Item: item } = await this.client.send(new GetCommand({ TableName: this.name, Key: { pk, sk }, ConsistentRead: true }));
    return item as T | undefined;
  }

  public async put(item: Item, condition?: { expression: string; values?: Item }): Promise<void> {
    await this.client.send(new PutCommand({
      TableName: this.name,
      Item: item,
      ...(condition === undefined ? {} : { ConditionExpression: condition.expression, ExpressionAttributeValues: condition.values }),
    }));
  }

  public async delete(pk: string, sk: string, condition?: { expression: string; values: Item }): Promise<void> {
    await this.client.send(new DeleteCommand({
      TableName: this.name,
      Key: { pk, sk },
      ...(condition === undefined ? {} : { ConditionExpression: condition.expression, ExpressionAttributeValues: condition.values }),
    }));
  }

  /** All items of a partition whose sort key begins so, in order. */
  public async query<T>(pk: string, prefix: string): Promise<T[]> {
    const items: T[] = [];
    let ExclusiveStartKey: Item | undefined;
    do {
      const page = await this.client.send(new QueryCommand({
        TableName: this.name,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
        ConsistentRead: true,
        ExclusiveStartKey,
      }));
      items.push(...page.Items as T[] ?? []);
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    return items;
  }
}
