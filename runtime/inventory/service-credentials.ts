import { IAMClient, ListServiceSpecificCredentialsCommand, ListServiceSpecificCredentialsCommandOutput } from '@aws-sdk/client-iam';
import { daysSince } from './credential-report';
import { nextMarker } from './markers';
import { Key } from './model';

/** Passwords and API keys of users for single services, such as the long-term API keys of Amazon Bedrock, by user. */
export async function serviceCredentialsOf(iam: IAMClient, now: Date): Promise<Map<string, Key[]>> {
  const found = new Map<string, Key[]>();
  let Marker: string | undefined;
  do {
    const page: ListServiceSpecificCredentialsCommandOutput = await iam.send(new ListServiceSpecificCredentialsCommand({ AllUsers: true, Marker }));
    for (const { UserName: user = '', ServiceName: service, Status: status, CreateDate: created, ExpirationDate: expires } of page.ServiceSpecificCredentials ?? []) {
      const key: Key = {
        name: `key of ${service}`,
        active: status === 'Active' && (expires === undefined || expires > now),
        ...(created === undefined ? {} : { createdAt: created.toISOString(), ageDays: daysSince(created.toISOString(), now) }),
        ...(expires === undefined ? {} : { expiresAt: expires.toISOString() }),
      };
      found.set(user, [...found.get(user) ?? [], key]);
    }
    Marker = nextMarker(page, Marker);
  } while (Marker !== undefined);
  return found;
}
