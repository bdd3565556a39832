import { aws_iam as iam } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { requireText } from './required-text';
import { RuntimeContext } from '../runtime-context';

/** The exact claims of a token that is accepted. Of several values one must be given. */
export interface TrustedToken {
  /** Host and path of the issuer, without `https://`. It begins the condition keys, so it can't be known at deployment only. */
  readonly issuer: string;
  readonly subjects: readonly string[];
  readonly audience: string;
  /** Further claims of which the issuer's keys are condition keys of STS. */
  readonly claims?: Readonly<Record<string, string>>;
}

const ISSUER = /^[A-Za-z0-9][A-Za-z0-9.-]*(:\d+)?(\/[\w.~-]+)*$/;
const EXACT = /^[^*?$\s\p{Cc}][^*?$\p{Cc}]{0,1999}$/u;

/**
 * Trusts an OpenID Connect provider of the agent's account for exact subjects and an exact audience.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
 *
 * @throws InvalidInputError `IssuerInvalid`, `SubjectInvalid`, `AudienceInvalid`
 */
export function webIdentityTrust(scope: Construct, context: RuntimeContext, token: TrustedToken): iam.PolicyStatement {
  const { issuer, subjects, audience, claims = {} } = token;
  const host = requireIssuer(scope, issuer);
  const exact = subjects.map((subject) => requireText(scope, 'SubjectInvalid', 'subject', subject, EXACT, 'the exact subject of the token, without *, ? and $'));
  return new iam.PolicyStatement({
    sid: 'Runtime',
    principals: [new iam.FederatedPrincipal(`arn:${context.partition}:iam::${context.account}:oidc-provider/${host}`, {}, 'sts:AssumeRoleWithWebIdentity')],
    actions: ['sts:AssumeRoleWithWebIdentity'],
    conditions: {
      StringEquals: {
        [`${host}:aud`]: requireText(scope, 'AudienceInvalid', 'audience', audience, EXACT, 'the exact audience of the token, without *, ? and $'),
        [`${host}:sub`]: exact.length === 1 ? exact[0] : exact,
        ...Object.fromEntries(Object.entries(claims).map(([claim, value]) => [`${host}:${claim}`, value])),
      },
    },
  });
}

function requireIssuer(scope: Construct, issuer: string): string {
  const text = typeof issuer === 'string' ? issuer.replace(/^https:\/\//, '').replace(/\/$/, '') : issuer;
  return requireText(scope, 'IssuerInvalid', 'issuer', text, ISSUER, 'the URL of the identity provider, such as https://token.example.com');
}
