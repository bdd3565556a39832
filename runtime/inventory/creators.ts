import { paginateDescribeStacks } from '@aws-sdk/client-cloudformation';
import { InventorySource } from './connect';

interface LookedUp {
  readonly Events?: readonly { readonly CloudTrailEvent?: string }[];
  readonly NextToken?: string;
}

interface Recorded {
  readonly userIdentity?: { readonly arn?: string; readonly invokedBy?: string };
  readonly requestParameters?: { readonly roleName?: string; readonly userName?: string } | null;
  readonly errorCode?: string;
}

const CREATIONS = [['CreateRole', 'role'], ['CreateUser', 'user']] as const;
const PAGE = 50;
/** CloudTrail allows two look-ups a second for an account. */
const BETWEEN_MS = 600;

/** Who created the roles and users of the last 90 days, which is as long as CloudTrail's history reaches. By `role/<name>` and `user/<name>`. */
export async function creatorsOf({ plain }: Pick<InventorySource, 'plain'>, pause: (milliseconds: number) => Promise<void>): Promise<Map<string, string>> {
  const creators = new Map<string, string>();
  for (const [EventName, type] of CREATIONS) {
    let NextToken: string | undefined;
    do {
      const page: LookedUp = await plain.cloudTrail<{ [K in keyof LookedUp]: LookedUp[K] }>('LookupEvents', {
        LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: EventName }], MaxResults: PAGE, ...(NextToken === undefined ? {} : { NextToken }),
      });
      for (const { CloudTrailEvent: event = '{}' } of page.Events ?? []) {
        const { userIdentity, requestParameters, errorCode } = JSON.parse(event) as Recorded;
        const name = requestParameters?.[type === 'role' ? 'roleName' : 'userName'];
        // The newest comes first: an older event is of a namesake that was deleted.
        if (name !== undefined && errorCode === undefined && userIdentity?.arn !== undefined && !creators.has(`${type}/${name}`)) {
          creators.set(`${type}/${name}`, personIn(userIdentity.arn));
        }
      }
      NextToken = page.NextToken;
      await pause(BETWEEN_MS);
    } while (NextToken !== undefined);
  }
  return creators;
}

/** IAM Identity Center puts the person's name into the session's. */
function personIn(arn: string): string {
  const [, role, session] = /:assumed-role\/([^/]+)\/(.+)$/.exec(arn) ?? [];
  return session === undefined ? arn.split(':').at(-1)! : `${session} (as ${role})`;
}

/** Tags of all stacks in the region, by the stack's name. */
export async function tagsOfStacks({ cloudFormation }: Pick<InventorySource, 'cloudFormation'>): Promise<Map<string, Record<string, string>>> {
  const tags = new Map<string, Record<string, string>>();
  for await (const { Stacks: stacks = [] } of paginateDescribeStacks({ client: cloudFormation }, {})) {
    for (const { StackName: name = '', Tags: its = [] } of stacks) {
      tags.set(name, Object.fromEntries(its.map(({ Key: key = '', Value: value = '' }) => [key, value])));
    }
  }
  return tags;
}
