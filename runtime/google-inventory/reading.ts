import { InvalidInputError, reasonOf } from '../../src/core/errors';
import { ApiError, GoogleApi } from '../google/api';
import { Unread } from '../inventory/model';

/** What a part of the inventory asks, as it is named if it can't be read. */
export interface Asked {
  /** Project or organization. */
  readonly account: string;
  /** Absent: without it nothing is known of the account. */
  readonly service?: string;
  /** Host of the API, such as `cloudasset`. */
  readonly api: string;
  readonly permissions: readonly string[];
}

/** Reads parts of an inventory. A part that Google refuses is named, and the others are read all the same. */
export class Reading {
  public readonly unread: Unread[] = [];

  public constructor(public readonly api: GoogleApi) {}

  /** @throws InvalidInputError `CredentialsRefused`, and what is no answer of Google */
  public async attempt<T>(asked: Asked, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      if (error.status === 401) {
        throw new InvalidInputError('CredentialsRefused', `Google does not accept the credentials (${error.reason}): log in with gcloud auth application-default login, or set GOOGLE_OAUTH_ACCESS_TOKEN`, { cause: error });
      }
      const { account, service } = asked;
      this.unread.push({ account, ...(service === undefined ? {} : { service }), reason: explained(error, asked) });
      return undefined;
    }
  }
}

function explained(error: ApiError, { api, permissions }: Asked): string {
  if (/requires a quota project/.test(error.reason)) {
    return `QuotaProjectMissing: the API counts calls by project: set GOOGLE_CLOUD_QUOTA_PROJECT to one where you have serviceusage.services.use (${error.reason})`;
  }
  if (/has not been used in project|it is disabled|SERVICE_DISABLED/.test(error.reason)) {
    return `ApiDisabled: ${api}.googleapis.com is not enabled: enable it with gcloud services enable ${api}.googleapis.com (${error.reason})`;
  }
  if (error.status === 403 || error.status === 404) {
    return `AccessDenied: these credentials need ${permissions.join(' and ')} (${error.reason})`;
  }
  return reasonOf(error);
}
