import { aws_lambda as lambda, aws_secretsmanager as secretsmanager, Token } from 'aws-cdk-lib';
import { RegistryPlace } from '../../contract/registry-names';
import { DirectorySettings } from '../../contract/sponsor-directory';
import { validateEmail } from '../../core/email';
import { InvalidInputError } from '../../core/errors';
import { requireLiteral } from '../../core/literal';
import { requireOneName } from '../../core/one-name';
import { shown } from '../../core/shown';

/** Where the users of IAM Identity Center are. */
export interface IdentityCenterDirectoryProps {
  /** Id of the identity store, such as `d-1234567890`. It may belong to the organisation's management account. */
  readonly identityStoreId: string;

  /**
   * Region of IAM Identity Center.
   *
   * @default - the region of the registry
   */
  readonly region?: string;
}

/** The attribute of a SCIM user that has the mail address. */
export enum ScimAttribute {
  /** The addresses of the user. */
  EMAILS = 'emails.value',
  /** The user name. */
  USER_NAME = 'userName',
}

/** A SCIM 2.0 service, and the token for it. */
export interface ScimDirectoryProps {
  /** URL of the service, to which `/Users` is added: https, without a query. */
  readonly baseUrl: string;

  /** Secret whose text is the bearer token. The token needs to read users only. */
  readonly token: secretsmanager.ISecret;

  /**
   * The attribute by which people are looked up.
   *
   * @default - the addresses; if no user has the address, the user name
   */
  readonly attribute?: ScimAttribute;
}

/** The people of a directory that is written out. */
export interface ListDirectoryProps {
  /** Mail addresses of all active people. */
  readonly people: string[];
}

/** @internal */
export interface DirectoryPermission {
  readonly sid: string;
  readonly actions: string[];
  readonly resources: string[];
  /** The only service through which the action may be called. */
  readonly viaService?: string;
}

/** @internal */
export interface DirectoryFacts {
  readonly settings: (place: RegistryPlace) => DirectorySettings;
  /** What the function that asks it may do. */
  readonly permissions: (place: RegistryPlace) => DirectoryPermission[];
  /** ARNs of what it needs and others made. */
  readonly upkeep: readonly string[];
}

// Lambda allows 4 KB for all variables of a function.
const LONGEST_LIST = 3_000;
const IDENTITY_STORE = /^(d-[0-9a-f]{10}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

/**
 * Where the registry looks up whether a sponsor is an active person, by mail address. Case doesn't matter.
 *
 * The answer is active, inactive or unknown. Anything else, such as a timeout, an error or a response that is not clear, is no answer: then no new agent
 * joins with that sponsor, and nothing changes for the others.
 */
export class SponsorDirectory {
  /**
   * The users of IAM Identity Center: a user is active if `UserStatus` is `ENABLED`. Users that an external identity provider provisions are there, too.
   *
   * Fails with `SponsorDirectoryInvalid`.
   *
   * @param props identity store and region
   */
  public static identityCenter(props: IdentityCenterDirectoryProps): SponsorDirectory {
    const { identityStoreId, region } = props;
    if (!Token.isUnresolved(identityStoreId) && !IDENTITY_STORE.test(identityStoreId)) {
      throw invalid(`the identity store ${shown(identityStoreId)}`, 'an id such as d-1234567890');
    }
    if (region !== undefined && !Token.isUnresolved(region) && !REGION.test(region)) {
      throw invalid(`the region ${shown(region)}`, 'a region such as eu-west-1');
    }
    return new SponsorDirectory({
      settings: (place) => ({ kind: 'identity-center', identityStoreId, region: region ?? place.region }),
      // Both actions need both. Which user has the address is known only afterwards, and the account of the store may be another one.
      permissions: ({ partition }) => [{
        sid: 'LookUpUsers',
        actions: ['identitystore:GetUserId', 'identitystore:DescribeUser'],
        resources: [`arn:${partition}:identitystore::*:identitystore/${identityStoreId}`, `arn:${partition}:identitystore:::user/*`],
      }],
      upkeep: [],
    });
  }

  /**
   * A SCIM 2.0 service (RFC 7644): a user is active if `active` is true. If several users have the address, one active user is enough.
   *
   * Fails with `SponsorDirectoryInvalid`, `LiteralRequired` or `WildcardName`.
   *
   * @param props URL, token and attribute
   */
  public static scim(props: ScimDirectoryProps): SponsorDirectory {
    const { token, attribute } = props;
    const baseUrl = validUrl(props.baseUrl);
    // The ARN of a secret that was imported by name lacks the suffix that AWS added.
    const tokenArn = requireOneName('the token', token.secretArn);
    const secretArn = token.secretFullArn ?? `${tokenArn}-??????`;
    const key = token.encryptionKey === undefined ? undefined : requireOneName('the key of the token', token.encryptionKey.keyArn);
    return new SponsorDirectory({
      settings: () => ({ kind: 'scim', baseUrl, secretArn: tokenArn, ...(attribute === undefined ? {} : { attribute }) }),
      permissions: ({ region }) => [
        { sid: 'ReadToken', actions: ['secretsmanager:GetSecretValue'], resources: [secretArn] },
        ...(key === undefined ? [] : [{ sid: 'UseKeyOfToken', actions: ['kms:Decrypt'], resources: [key], viaService: `secretsmanager.${region}.amazonaws.com` }]),
      ],
      upkeep: [secretArn],
    });
  }

  /**
   * A list in your code, for small teams and trials. Who is not on it is unknown.
   *
   * Fails with `SponsorDirectoryInvalid`, `EmailInvalid` or `LiteralRequired`.
   *
   * @param props the people
   */
  public static list(props: ListDirectoryProps): SponsorDirectory {
    if (!Array.isArray(props.people) || props.people.length === 0) {
      throw invalid(`the list of people ${shown(props.people)}`, 'at least one mail address');
    }
    const people = [...new Set(props.people.map((email) => validateEmail('the address of a person', email).toLowerCase()))];
    const { length } = JSON.stringify(people);
    if (length > LONGEST_LIST) {
      throw invalid(`a list of ${people.length} people with ${length} characters`, `at most ${LONGEST_LIST} characters, or another kind of directory`);
    }
    return new SponsorDirectory({ settings: () => ({ kind: 'list', people }), permissions: () => [], upkeep: [] });
  }

  /**
   * A function of yours that knows the people. It is invoked with `{ "email": "ada.park@example.com" }`, with the address in lower case, and returns `{ "status": "active" }`,
   * `inactive` or `unknown`, and optionally `evidence`, a line of up to 200 characters that is recorded and must contain no secret. An error, anything else,
   * or more than 20 seconds is no answer.
   *
   * Fails with `WildcardName`.
   *
   * @param handler the function
   */
  public static lambda(handler: lambda.IFunction): SponsorDirectory {
    const functionArn = requireOneName('the function of a sponsor directory', handler.functionArn);
    return new SponsorDirectory({
      settings: () => ({ kind: 'lambda', functionArn }),
      permissions: () => [{ sid: 'AskFunction', actions: ['lambda:InvokeFunction'], resources: [functionArn] }],
      upkeep: [functionArn],
    });
  }

  /** @internal */
  public readonly _facts: DirectoryFacts;

  private constructor(facts: DirectoryFacts) {
    this._facts = facts;
  }
}

function validUrl(baseUrl: string): string {
  const url = URL.canParse(requireLiteral('the URL of the SCIM service', baseUrl)) ? new URL(baseUrl) : undefined;
  if (url?.protocol !== 'https:' || `${url.username}${url.password}${url.search}${url.hash}` !== '') {
    throw invalid(`the URL ${shown(baseUrl)}`, 'https://host/path, without user, query and fragment');
  }
  return url.href;
}

function invalid(what: string, allowed: string): InvalidInputError {
  return new InvalidInputError('SponsorDirectoryInvalid', `${what} of a sponsor directory is not allowed: use ${allowed}`);
}
