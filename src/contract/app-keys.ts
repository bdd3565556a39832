/**
 * What a key of KMS with the private key of a GitHub App may be used for. It is the key's description, as JSON: who may change that decides, and who only declares an agent can't. Tags would not do: AWS's
 * managed policy for users of KMS lets its holders tag any key. https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSKeyManagementServicePowerUser.html
 */
export interface AppKeyUse {
  /** Client id of the app. */
  readonly githubApp: string;
  /** Hosts to which a token that it signs may be sent, separated by spaces. */
  readonly hosts: string;
  /** Whose each installation is, by its id: `<registry>/<agent>`. */
  readonly installations: { readonly [installationId: string]: string };
}

/** Characters at most of the description of a key. https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html#API_CreateKey_RequestSyntax */
export const LONGEST_KEY_DESCRIPTION = 8_192;

export const INSTALLATION_ID = /^[1-9]\d{0,18}$/;
/** As GitHub's own begin: `Iv1.` and `Iv23`. An id of an app would be digits only. */
export const GITHUB_CLIENT_ID = /^[A-Za-z][A-Za-z0-9._-]{5,63}$/;

export const GITHUB_API = 'https://api.github.com';

/** What KMS calls RS256. https://datatracker.ietf.org/doc/html/rfc7518#section-3.3 */
export const RS256_OF_KMS = 'RSASSA_PKCS1_V1_5_SHA_256';

/** Owner of an installation, as the key states it. */
export function installationOwner(registry: string, agentName: string): string {
  return `${registry}/${agentName}`;
}
