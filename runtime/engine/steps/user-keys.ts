import {
  CreateAccessKeyCommand, CreateServiceSpecificCredentialCommand, DeleteAccessKeyCommand, DeleteServiceSpecificCredentialCommand,
  GetAccessKeyLastUsedCommand, IAMClient, ListAccessKeysCommand, ListServiceSpecificCredentialsCommand, UpdateAccessKeyCommand,
  UpdateServiceSpecificCredentialCommand,
} from '@aws-sdk/client-iam';
import { BEDROCK_SERVICE, bedrockKeyDays, UserKeyKind } from '../../../src/contract/access-keys';
import { allPages } from '../../aws/iam-pages';
import { DeclaredAccessKey, SeenKey } from '../../model/access-keys';

/** A key that was made a moment ago. Its secret goes to Secrets Manager and nowhere else. */
interface NewKey {
  readonly id: string;
  readonly secret: string;
}

/** The calls of IAM for one kind of key of a user. IAM allows a user two of each kind. */
interface UserKeyCalls {
  readonly list: (iam: IAMClient, userName: string) => Promise<Omit<SeenKey, 'labels'>[]>;
  readonly make: (iam: IAMClient, declared: DeclaredAccessKey, now: Date) => Promise<NewKey>;
  readonly setActive: (iam: IAMClient, userName: string, id: string, isActive: boolean) => Promise<unknown>;
  readonly delete: (iam: IAMClient, userName: string, id: string) => Promise<unknown>;
}

const ACCESS_KEY: UserKeyCalls = {
  async list(iam, UserName) {
    const keys = await allPages((Marker) => iam.send(new ListAccessKeysCommand({ UserName, Marker })), (page) => page.AccessKeyMetadata);
    return Promise.all(keys.map(async ({ AccessKeyId: id = '', Status: status, CreateDate: created }) => {
      const { AccessKeyLastUsed: used } = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: id }));
      return {
        id, isActive: status === 'Active', createdAt: created?.getTime() ?? 0, ...(used?.LastUsedDate === undefined ? {} : { lastUsedAt: used.LastUsedDate.getTime() }),
      };
    }));
  },
  async make(iam, { userName: UserName }) {
    const { AccessKey: { AccessKeyId: id = '', SecretAccessKey: secret = '' } = {} } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    return { id, secret };
  },
  setActive: (iam, UserName, AccessKeyId, isActive) => iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: statusOf(isActive) })),
  delete: (iam, UserName, AccessKeyId) => iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId })),
};

/**
 * IAM says of no service-specific credential when it was used last.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ServiceSpecificCredentialMetadata.html
 */
const BEDROCK_API_KEY: UserKeyCalls = {
  async list(iam, UserName) {
    const keys = await allPages(
      (Marker) => iam.send(new ListServiceSpecificCredentialsCommand({ UserName, ServiceName: BEDROCK_SERVICE, Marker })),
      (page) => page.ServiceSpecificCredentials);
    return keys.map(({ ServiceSpecificCredentialId: id = '', Status: status, CreateDate: created, ExpirationDate: ends }) => ({
      id,
      isActive: status === 'Active',
      ...(status === 'Expired' ? { isExpired: true as const } : {}),
      createdAt: created?.getTime() ?? 0,
      ...(ends === undefined ? {} : { endsAt: ends.getTime() }),
    }));
  },
  async make(iam, declared, now) {
    const { ServiceSpecificCredential: { ServiceSpecificCredentialId: id = '', ServiceCredentialSecret: secret = '' } = {} } = await iam.send(new CreateServiceSpecificCredentialCommand({
      UserName: declared.userName, ServiceName: BEDROCK_SERVICE, CredentialAgeDays: bedrockKeyDays(declared, now),
    }));
    return { id, secret };
  },
  setActive: (iam, UserName, ServiceSpecificCredentialId, isActive) => (
    iam.send(new UpdateServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId, Status: statusOf(isActive) }))),
  delete: (iam, UserName, ServiceSpecificCredentialId) => (
    iam.send(new DeleteServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId }))),
};

export const USER_KEY_CALLS: { readonly [K in UserKeyKind]: UserKeyCalls } = { 'access-key': ACCESS_KEY, 'bedrock-api-key': BEDROCK_API_KEY };

function statusOf(isActive: boolean): 'Active' | 'Inactive' {
  return isActive ? 'Active' : 'Inactive';
}
