import { StatementJson } from '../../../src/aws/iam/statement';

export const BUCKET = 'arn:aws:s3:::invoices';
export const TABLE = 'arn:aws:dynamodb:eu-west-1:111122223333:table/invoices';
export const ROLE = 'arn:aws:iam::111122223333:role/reader';

export function allow(action: string | string[], resource: unknown, more: Partial<StatementJson> = {}): StatementJson {
  return { effect: 'Allow', actions: [action].flat(), notActions: [], resources: [resource].flat(), notResources: [], ...more };
}
