import { InvalidInputError } from '../../src/core/errors';

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
    says: ({ operator, account, region }, message) => `${operator ?? 'the caller'} is not allowed to do this in account ${account ?? 'unknown'}, ${region}: ${message}`,
  },
  {
    errors: /^CredentialsProviderError$/,
    code: 'CredentialsMissing',
    says: (_where, message) => `no AWS credentials were found (${message}): log in, or set AWS_PROFILE`,
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
    errors: /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|TimeoutError)$/,
    code: 'AwsUnreachable',
    says: ({ region }, message) => `AWS in region ${region} does not respond (${message}): check the name of the region, and the network`,
  },
];

/** Explains an error of AWS or of the network in the command's own words. Returns any other error unchanged. */
export function inOurWords(error: unknown, where: Searched): unknown {
  const { name, message, code } = causeOf(error);
  const explanation = EXPLANATIONS.find(({ errors }) => [name, code, message].some((text) => text !== undefined && errors.test(text)));
  return explanation === undefined ? error : new InvalidInputError(explanation.code, explanation.says(where, message), { cause: error });
}

/** The error itself, or what `fetch` gives as the cause of its own. */
function causeOf(error: unknown): AwsError {
  const { cause } = (error ?? {}) as { readonly cause?: unknown };
  const own = error instanceof TypeError && cause instanceof Error ? cause : error;
  return (own instanceof Error ? own : new Error(String(own))) as AwsError;
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
