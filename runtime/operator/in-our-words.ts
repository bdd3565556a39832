import { InvalidInputError, NhiError, reasonOf } from '../../src/core/errors';

/** The registry and the account in which an operator searches. */
export interface Searched {
  readonly registry: string;
  /** ARN of the operator. Absent while the caller's identity is still being read. */
  readonly operator?: string;
  readonly account?: string;
  readonly region?: string;
}

interface AwsError extends Error {
  /** Code of a network error, such as `ENOTFOUND`. */
  readonly code?: string;
}

interface Explanation {
  readonly errors: RegExp;
  readonly code: string;
  readonly says: (where: Searched, message: string) => string;
}

const ACCOUNT = 'use the credentials of the registry\'s account';

/**
 * Explanations of errors. AWS says what is missing, but not in which place, nor what to do. An error is recognized by its name, or by its message if
 * it has no other mark.
 */
const EXPLANATIONS: readonly Explanation[] = [
  {
    // Errors about the table, the state machine and the bucket.
    errors: /^(ResourceNotFoundException|StateMachineDoesNotExist|NoSuchBucket)$/,
    code: 'RegistryNotFound',
    says: ({ registry, account, region }, message) =>
      `account ${account} has no registry "${registry}" in ${region} (${message}): give another --registry or --region, ${ACCOUNT}, or deploy the registry first`,
  },
  {
    errors: /^(AccessDenied|AccessDeniedException|AuthorizationError|UnauthorizedOperation)$/,
    code: 'AccessDenied',
    says: ({ operator, account, region }, message) => `${operator ?? 'the caller'} is not allowed to do this in account ${account ?? 'unknown'}, ${region} (${message}): use other credentials, or ask for a policy that allows it; the guide says what each command needs`,
  },
  {
    errors: /aws sso login|^The SSO session |^TokenProviderError$/,
    code: 'CredentialsExpired',
    says: (_where, message) => `the session of single sign-on has ended (${message}): run aws sso login with the same profile`,
  },
  {
    errors: /^CredentialsProviderError$/,
    code: 'CredentialsMissing',
    says: (_where, message) => `no AWS credentials were found${profileHint(message)}`,
  },
  {
    errors: /^(ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired)$/,
    code: 'CredentialsExpired',
    says: (_where, message) => `the AWS credentials have expired (${message}): log in again`,
  },
  {
    errors: /^(InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignatureException|AuthFailure)$/,
    code: 'CredentialsRefused',
    says: ({ region }, message) => `AWS in ${region} does not accept the credentials (${message}): log in, check AWS_PROFILE, and check that the account uses this region`,
  },
  {
    errors: /^Region is missing$/,
    code: 'RegionMissing',
    says: () => 'the home region of the registry is not known: give --region, or set AWS_REGION',
  },
  {
    errors: /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|EPROTO)$/,
    code: 'TlsFailed',
    says: ({ region }, message) => `no secure connection to AWS in ${region} (${message}): if a proxy of your network has certificates of its own, name their file in NODE_EXTRA_CA_CERTS${endpointHint()}`,
  },
  {
    errors: /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE|TimeoutError|UND_ERR_\w+)$/,
    code: 'AwsUnreachable',
    says: ({ region }, message) => `AWS in region ${region} does not respond (${message || 'no connection'}): check the name of the region, and the network${endpointHint()}`,
  },
];

const THROTTLED = /^(Throttling|ThrottlingException|ThrottledException|TooManyRequestsException|RequestLimitExceeded|RequestThrottled|SlowDown|ProvisionedThroughputExceededException)$/;
const NOT_SERVING = /^(InternalFailure|InternalError|InternalServerError|InternalServerException|ServiceUnavailable|ServiceUnavailableException|Status5\d\d)$/;

/** With a profile, a wrong name is the likely reason. */
function profileHint(message: string): string {
  const { AWS_PROFILE: profile = '' } = process.env;
  return profile === '' ? ` (${message}): log in, or set AWS_PROFILE` : ` for the profile "${profile}" (${message}): log in, or look up its name with aws configure list-profiles`;
}

/** Where calls go if they don't go to AWS, which is easily forgotten. */
function endpointHint(): string {
  const names = Object.keys(process.env).filter((name) => /^AWS_ENDPOINT_URL(_|$)/.test(name) && process.env[name] !== '').sort();
  return names.length === 0 ? '' : `, and ${names.map((name) => `${name} (${process.env[name]})`).join(', ')}`;
}

/**
 * An error at the end of a command, on one line: its code and what to do. Some errors reach it as AWS sent them, because code on their way knows them
 * by name.
 */
export function inLastWords(error: unknown): string {
  if (error instanceof NhiError) {
    return error.message;
  }
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return THROTTLED.test(name) ? `Throttled: AWS allows no more calls for now (${name}: ${message}), even after retries: wait a minute, then run the command again`
    : NOT_SERVING.test(name) ? `AwsFailed: a service of AWS failed (${name}: ${message}), even after retries: run the command again, and look at the AWS Health Dashboard if it stays so`
      : `Unexpected: ${reasonOf(error)}: run the command again; if it stays so, report it with this line`;
}

/** Explains an error of AWS or of the network in the command's own words. Returns any other error unchanged. */
export function inOurWords(error: unknown, where: Searched): unknown {
  const { name, message, code } = (error instanceof Error ? error : new Error(String(error))) as AwsError;
  const explanation = EXPLANATIONS.find(({ errors }) => [name, code, message].some((text) => text !== undefined && errors.test(text)));
  return explanation === undefined ? error : new InvalidInputError(explanation.code, explanation.says(where, message), { cause: error });
}

interface Client {
  send(...command: never[]): Promise<unknown>;
}

/** Returns the client with its errors explained. */
export function explaining<C extends Client>(client: C, where: Searched): C {
  const send = client.send.bind(client);
  client.send = (async (...command: never[]) => {
    try {
      return await send(...command);
    } catch (error) {
      throw inOurWords(error, where);
    }
  }) as C['send'];
  return client;
}
